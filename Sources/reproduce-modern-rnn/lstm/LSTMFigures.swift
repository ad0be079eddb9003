import Reproduction

/// Section "Long Short-Term Memory (LSTM)": The Time Machine in batches of 1,024 windows of 32
/// characters, 32 units.
enum LSTMFigures {
  static let scratch = TrainingFigures(
    variant: "scratch", parameters: 8732,
    .band(.trainPerplexity, book: 6.94, 6.67, 6.81, 7.08),
    .band(.validationPerplexity, book: 7.42, 7.34, 7.42, 7.69),
    curves: [.points(.trainPerplexity, [0.2: 22.7, 49.7: 6.94])])
  static let concise = TrainingFigures(
    variant: "concise", parameters: 8860,
    .band(.trainPerplexity, book: 5.76, 5.64, 5.74, 5.85),
    .band(.validationPerplexity, book: 6.69, 6.69, 6.84, 7.01))

  static let byHand = PublishedFigure.claim(
    "by hand against the library's layer", "they are the same", 0...1e-4)
  static let keptCell = PublishedFigure.claim(
    "forget 1, input 0: cell after 100 steps against before",
    "the memory cell remains constant forever", 0...0)
  static let keptGradient = PublishedFigure.claim(
    "forget 1, input 0: gradient through 100 steps against 1",
    "it neither vanishes nor explodes", 0...0)
  static let shutOutput = PublishedFigure.claim(
    "output 0: largest hidden state of 100 steps", "the memory does not impact other layers",
    0...1e-30)
  static let openedOutput = PublishedFigure.claim(
    "output 1 at last: hidden state against tanh of the cell",
    "it does as soon as the output gate flips", 0...1e-6)

  static let smallestGate = PublishedFigure.claim(
    "smallest gate", "gates lie between 0, shut", 0...0.1)
  static let largestGate = PublishedFigure.claim("largest gate", "and 1, open", 0.9...1)
  static let largestNode = PublishedFigure.claim(
    "largest input node", "between -1 and 1", 0.5...1)
  static let largestState = PublishedFigure.claim(
    "largest hidden state", "between -1 and 1", 0.5...1)
  static let statesFromGates = PublishedFigure.claim(
    "gates put together against the layer's states", "H = O ⊙ tanh(F ⊙ C + I ⊙ C~)", 0...1e-4)
  static let cellLikeness = PublishedFigure.ours("likeness of the cell to itself a step later")
  static let stateLikeness = PublishedFigure.ours(
    "likeness of the hidden state to itself a step later")
  static let likenessDifference = PublishedFigure.claim(
    "cell's likeness less the hidden state's", "the hidden state is the more volatile", 0.02...1)

  static let all: [any FigureGroup] = [
    scratch, concise, byHand, keptCell, keptGradient, shutOutput, openedOutput, smallestGate,
    largestGate, largestNode, largestState, statesFromGates, likenessDifference,
  ]
}
