import Reproduction

/// Section `gpt`, which the book describes and does not train: PyTorch's script of the same name judges,
/// `scripts/references/measure gpt 0`.
enum GPTFigures {
  static let firstLosses = FirstLosses(
    3.43830276, 3.23344398, 2.951864, 2.80486679, 2.74047065)

  /// PyTorch's script with seed 0, thus from the same initial weights and through the same batches;
  /// dropout differs.
  static let training = TrainingFigures(
    parameters: "10767360",
    .claim(.trainLoss, "PyTorch's 2.071 of the same seed, to 3%", 2.009...2.133),
    .claim(.validationLoss, "PyTorch's 2.088 of the same seed, to 3%", 2.026...2.151),
    curves: [
      .perEpoch(
        .validationLoss, 2.3056, 2.3018, 2.2757, 2.2626, 2.2525, 2.2268, 2.1948, 2.1518, 2.1157,
        2.0884, source: .pyTorch)
    ])

  static let words = PublishedFigure.ours("share of the samples' words that the novel has")

  static let all: [any FigureGroup] = [firstLosses, training]
}
