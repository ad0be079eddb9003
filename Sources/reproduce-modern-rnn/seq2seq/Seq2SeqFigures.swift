import Reproduction

/// Section "Sequence-to-Sequence Learning for Machine Translation": 641 English-French pairs, two
/// layers of 256 units.
enum Seq2SeqFigures {
  /// Sizes of the encoder and decoder on 4 sequences of 9 tokens.
  static let outputs = sizes("encoder's outputs", ["9", "4", "16"])
  static let state = sizes("encoder's state", ["2", "4", "16"])
  static let logits = sizes("decoder's logits", ["4", "9", "10"])

  static let book = TranslationFigures(
    TrainingFigures(
      parameters: "1935062", .band(.trainLoss, book: 0.236, 0.214, 0.233, 0.236, runs: 5),
      .band(.validationLoss, book: 3.36, 3.31, 3.36, 3.58, runs: 5),
      curves: [
        .points(.trainLoss, [0.125: 4.73, 29.625: 0.236]),
        .points(.validationLoss, [1: 3.59, 7: 2.54, 30: 3.36]),
      ]),
    scores: [.always(1, runs: 5), .always(1, runs: 5), 0, .always(1, runs: 5)])
  static let tokenLoss = PublishedFigure.ours("val_loss by tokens")

  /// A bidirectional encoder that does not read padding, of whose outputs the last token's is the
  /// context.
  static let bidirectional = TranslationFigures(TrainingFigures(variant: "bidirectional"))
  /// The mean of the outputs as the context, and the model's own tokens read one time in four.
  static let sampled = TranslationFigures(
    TrainingFigures(variant: "mean context, scheduled sampling"))

  static let all: [any FigureGroup] = [outputs, state, logits, book, bidirectional, sampled]

  private static func sizes(_ name: String, _ sizes: [PrintedNumber]) -> [PublishedFigure] {
    sizes.enumerated().map { .exact("\(name): size \($0)", $1) }
  }
}
