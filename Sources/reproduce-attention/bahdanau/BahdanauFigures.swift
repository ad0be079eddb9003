import Reproduction

/// Section "The Bahdanau Attention Mechanism": the pairs and layers of the section `seq2seq`.
enum BahdanauFigures {
  /// Sizes of the decoder's logits on 4 sequences of 7 tokens.
  static let logits = (0..<3).map {
    PublishedFigure.exact("decoder's logits: size \($0)", ["4", "7", "10"][$0])
  }

  /// The book's five builds end at 0.106 to 0.114 in training and 1.68 to 2.01 in validation, which
  /// its own classes do not reach on PyTorch 2.15: 0.19 to 0.24 and 3.4. So PyTorch's script with eight
  /// seeds judges.
  static let book = TranslationFigures(
    TrainingFigures(
      parameters: "2066390", .reference(.trainLoss, book: 0.106, 0.2129, 0.2281, 0.2356),
      .reference(.validationLoss, book: 1.85, 3.142, 3.409, 3.753),
      curves: [
        .points(.trainLoss, [0.125: 4.41, 29.625: 0.106]),
        .points(.validationLoss, [1: 1.94, 30: 1.85]),
      ]),
    scores: [.always(1, runs: 5), .always(1, runs: 5), 0, .always(1, runs: 5)])

  static let rows = PublishedFigure.claim(
    "largest difference of a query's weights from a sum of 1", "a weighted average", 0...1e-5)
  static let padding = PublishedFigure.claim(
    "largest weight of padding", "padding is not attended to", 0...0)

  static let all: [any FigureGroup] = [logits, book, rows, padding]
}
