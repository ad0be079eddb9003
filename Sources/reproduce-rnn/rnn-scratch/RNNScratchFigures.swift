import Reproduction

/// Section "Recurrent Neural Network Implementation from Scratch": 32 hidden units, windows of 32.
enum RNNScratchFigures {
  static let training = TrainingFigures(
    parameters: 2876,
    .band(.trainPerplexity, book: 6.16, 6.12, 6.18, 6.38),
    .band(.validationPerplexity, book: 7.24, 7.15, 7.30, 7.53),
    curves: [
      .points(.trainPerplexity, [0.2: 25.98, 99.7: 6.16]),
      .points(.validationPerplexity, [1: 20.92, 100: 7.24]),
    ])
  static let states = PublishedFigure.exact("states", "100")
  static let stateRows = PublishedFigure.exact("state: rows", "2")
  static let stateColumns = PublishedFigure.exact("state: columns", "32")
  static let untrained = PublishedFigure.claim(
    "perplexity before training", "28 equally likely characters", 27.9...28.1)
  static let byHand = PublishedFigure.claim(
    "by hand against the library's layer", "they are the same", 0...1e-5)

  static let all: [any FigureGroup] = [
    training, states, stateRows, stateColumns, untrained, byHand,
  ]
}
