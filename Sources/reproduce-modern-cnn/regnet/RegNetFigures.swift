import Reproduction

/// Section "Designing Convolution Network Architectures": images of 96 by 96, batches of 128.
enum RegNetFigures {
  static let stem = ShapeFigures("stem", channels: 32, height: 48)
  static let stages = [
    (0, ShapeFigures("stage 1", channels: 32, height: 24)),
    (1, ShapeFigures("stage 2", channels: 80, height: 12)),
  ]

  static let training = TrainingFigures(
    parameters: 179_290,
    .band(.trainLoss, book: 0.171, 0.167, 0.171, 0.171, runs: 5),
    .band(.validationLoss, book: 0.272, 0.272, 0.294, 0.352, runs: 5),
    .band(.validationAccuracy, book: 0.908, 0.883, 0.900, 0.908, runs: 5),
    curves: [
      .points(.trainLoss, [0.248: 0.922, 9.728: 0.171]),
      .perEpoch(
        .validationAccuracy, 0.807, 0.857, 0.890, 0.849, 0.902,
        0.873, 0.890, 0.903, 0.885, 0.908),
    ])

  static let all: [any FigureGroup] = [stem, stages.map(\.1), training]
}
