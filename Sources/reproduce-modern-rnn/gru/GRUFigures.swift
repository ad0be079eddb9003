import Reproduction

/// Section "Gated Recurrent Units (GRU)": The Time Machine in batches of 1,024 windows of 32
/// characters, 32 units.
enum GRUFigures {
  static let scratch = TrainingFigures(
    variant: "scratch", parameters: 6780,
    .band(.trainPerplexity, book: 5.73, 5.61, 5.74, 5.91),
    .band(.validationPerplexity, book: 6.74, 6.71, 6.83, 6.98))
  static let concise = TrainingFigures(
    variant: "concise", parameters: 6876,
    .band(.trainPerplexity, book: 4.94, 4.89, 5.01, 5.08),
    .band(.validationPerplexity, book: 6.55, 6.31, 6.65, 6.76))
  static let besideLSTM = PublishedFigure.exact(
    "weights beside those of an LSTM", "0.75", source: .definition)

  static let byHand = PublishedFigure.claim(
    "by hand against the library's layer", "they are the same", 0...1e-4)
  static let resetBehind = PublishedFigure.claim(
    "by hand against the layer that resets behind the product", "PyTorch's is another GRU",
    0.01...2)
  static let keptState = PublishedFigure.claim(
    "update 1: state after 100 steps against before", "the old state is retained", 0...0)
  static let keptGradient = PublishedFigure.claim(
    "update 1: gradient through 100 steps against 1", "the steps are skipped", 0...0)
  static let plainRNN = PublishedFigure.claim(
    "reset 1, update 0: states against those of a plain RNN", "it is a vanilla RNN", 0...1e-6)
  static let perceptron = PublishedFigure.claim(
    "reset 0, update 0: states against a perceptron's hidden layer",
    "an MLP of the input; the state is reset to defaults", 0...1e-6)

  static let smallestGate = PublishedFigure.claim(
    "smallest gate", "gates lie between 0, shut", 0...0.1)
  static let largestGate = PublishedFigure.claim("largest gate", "and 1, open", 0.9...1)
  static let largestCandidate = PublishedFigure.claim(
    "largest candidate", "between -1 and 1", 0.5...1)
  static let detour = PublishedFigure.claim(
    "new state beyond the old one and the candidate", "a convex combination of both", 0...1e-5)

  static let all: [any FigureGroup] = [
    scratch, concise, besideLSTM, byHand, resetBehind, keptState, keptGradient, plainRNN,
    perceptron, smallestGate, largestGate, largestCandidate, detour,
  ]
}
