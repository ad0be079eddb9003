import Reproduction

/// Section "The Bahdanau Attention Mechanism": the pairs and layers of the section `seq2seq`.
enum BahdanauFigures {
  /// Sizes of the decoder's logits on 4 sequences of 7 tokens.
  static let logits = (0..<3).map {
    PublishedFigure.exact("decoder's logits: size \($0)", ["4", "7", "10"][$0])
  }

  static let book = TranslationFigures(
    TrainingFigures(
      parameters: "2066390", .band(.trainLoss, book: 0.106, 0.106, 0.108, 0.114, runs: 5),
      .band(.validationLoss, book: 1.85, 1.68, 1.79, 2.01, runs: 5)),
    scores: [.always(1, runs: 5), .always(1, runs: 5), 0, .always(1, runs: 5)])

  static let rows = PublishedFigure.claim(
    "largest difference of a query's weights from a sum of 1", "a weighted average", 0...1e-5)
  static let padding = PublishedFigure.claim(
    "largest weight of padding", "padding is not attended to", 0...0)

  static let all: [any FigureGroup] = [logits, book, rows, padding]
}
