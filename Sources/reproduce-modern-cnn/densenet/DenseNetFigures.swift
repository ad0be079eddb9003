import Reproduction

/// Section "Densely Connected Networks (DenseNet)": images of 96 by 96, batches of 128.
enum DenseNetFigures {
  static let block = ShapeFigures("dense block of 2 and 10", channels: 23, height: 8)
  static let transition = ShapeFigures("transition to 10", channels: 10, height: 4)
  /// Blocks and transitions by their index in `features`.
  static let shapes = [
    (3, ShapeFigures("stem", channels: 64, height: 24)),
    (4, ShapeFigures("block 1", channels: 192, height: 24)),
    (5, ShapeFigures("transition 1", channels: 96, height: 12)),
    (6, ShapeFigures("block 2", channels: 224, height: 12)),
    (7, ShapeFigures("transition 2", channels: 112, height: 6)),
    (8, ShapeFigures("block 3", channels: 240, height: 6)),
    (9, ShapeFigures("transition 3", channels: 120, height: 3)),
    (10, ShapeFigures("block 4", channels: 248, height: 3)),
  ]

  static let training = TrainingFigures(
    parameters: 758_226,
    .band(.trainLoss, book: 0.157, 0.151, 0.157, 0.160),
    .band(.validationLoss, book: 0.303, 0.232, 0.286, 0.303),
    .band(.validationAccuracy, book: 0.893, 0.893, 0.901, 0.919),
    curves: [
      .points(.trainLoss, [0.248: 0.908, 9.728: 0.157]),
      .perEpoch(
        .validationAccuracy, 0.808, 0.871, 0.869, 0.897, 0.878,
        0.908, 0.864, 0.910, 0.869, 0.893),
    ])

  static let all: [any FigureGroup] = [block, transition, shapes.map(\.1), training]
}
