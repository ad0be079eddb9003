import Reproduction

/// Section "Deep Recurrent Neural Networks": two layers.
enum DeepRNNFigures {
  static let scratch = TrainingFigures(
    variant: "scratch", parameters: 4956,
    .band(.trainPerplexity, book: 5.24, 5.19, 5.38, 5.61),
    .band(.validationPerplexity, book: 6.95, 6.80, 7.04, 7.26))
  static let concise = TrainingFigures(
    variant: "concise", parameters: 13212,
    .band(.trainPerplexity, book: 4.13, 4.08, 4.19, 4.29),
    .band(.validationPerplexity, book: 6.11, 6.11, 6.42, 6.60))
  static let lowerSteps = PublishedFigure.exact(
    "steps that the lower layer hands on", "32", source: .definition)
  static let states = PublishedFigure.exact("states of a batch", "2", source: .definition)

  static let byHand = PublishedFigure.claim(
    "by hand against the library's two layers", "they are the same", 0...1e-4)
  static let stacked = PublishedFigure.claim(
    "one layer above the other against the network of two",
    "a layer's sequence is fed through the next", 0...0)
  static let lastStates = PublishedFigure.claim(
    "their last states against the network's", "each layer has its state", 0...0)
  static let logits = PublishedFigure.claim(
    "logits against those from the upper layer's states alone",
    "the output is based on the last layer's state alone", 0...0)

  static let all: [any FigureGroup] = [
    scratch, concise, lowerSteps, states, byHand, stacked, lastStates, logits,
  ]
}
