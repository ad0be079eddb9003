import Reproduction

/// Section "The Transformer Architecture": the pairs of the section `seq2seq`, two layers on both sides.
enum TransformerFigures {
  /// Sizes of a layer's and an encoder's result on 2 sequences of 100 steps.
  static let layer = sizes("encoder layer's result", ["2", "100", "24"])
  static let encoder = sizes("encoder's result", ["2", "100", "24"])
  static let positionwise = PublishedFigure.claim(
    "difference of the feed-forward network's results at like inputs", "the same at all positions",
    0...0)

  /// The book shows two builds, fewer than a band needs: losses of 0.183 and 0.204 in training, 1.86
  /// and 2.20 in validation. Its own classes end at 0.37 to 0.45 in training on PyTorch 2.15, as
  /// PyTorch's script does with 16 seeds, and its decoder sees the later tokens in validation, where
  /// ours does not.
  static let book = TranslationFigures(
    TrainingFigures(
      parameters: "1869782",
      .reference(.trainLoss, book: 0.183, 0.377, nil, 0.445, runs: 16),
      .reference(.validationLoss, book: 1.86, 2.11, nil, 2.80, runs: 16),
      curves: [
        .points(.trainLoss, [0.125: 4.63, 29.625: 0.183]),
        .points(.validationLoss, [1: 2.31, 30: 1.86]),
      ]),
    scores: [1.0, 0.687, 0.658, 1.0],
    sum: { .reference($0, book: 3.345, 2.658, nil, 4, runs: 16) })

  static let rows = PublishedFigure.claim(
    "largest difference of a query's weights from a sum of 1", "a weighted average", 0...1e-5)
  static let padding = PublishedFigure.claim(
    "largest weight of the source's padding", "padding is not attended to", 0...0)
  static let causal = PublishedFigure.claim(
    "largest weight of a later token in the decoder", "auto-regressive", 0...0)

  static let all: [any FigureGroup] = [
    layer, encoder, positionwise, book, rows, padding, causal,
  ]

  private static func sizes(_ name: String, _ sizes: [PrintedNumber]) -> [PublishedFigure] {
    sizes.enumerated().map { .exact("\(name): size \($0)", $1) }
  }
}
