import Reproduction

/// Section "Multi-Branch Networks (GoogLeNet)": images of 96 by 96, batches of 128.
enum GoogLeNetFigures {
  /// The five parts of the network.
  static let parts = [
    ShapeFigures("part 1", channels: 64, height: 24),
    ShapeFigures("part 2", channels: 192, height: 12),
    ShapeFigures("part 3", channels: 480, height: 6),
    ShapeFigures("part 4", channels: 832, height: 3),
    ShapeFigures("part 5", channels: 1024, height: 1),
  ]

  static let training = TrainingFigures(
    parameters: 5_977_530,
    .band(.trainLoss, book: 0.495, 0.446, 0.519, 0.661),
    .band(.validationLoss, book: 0.535, 0.456, 0.540, 0.781),
    .band(.validationAccuracy, book: 0.802, 0.745, 0.798, 0.828),
    curves: [
      .perEpoch(
        .validationAccuracy, 0.101, 0.243, 0.320, 0.158, 0.663,
        0.705, 0.759, 0.788, 0.783, 0.802)
    ])

  static let all: [any FigureGroup] = [parts, training]
}
