import Reproduction

/// Section "Networks Using Blocks (VGG)": images of 224 by 224, batches of 128.
enum VGGFigures {
  /// The poolings of VGG-11 in full width, by their index in `features`, whose shapes the book
  /// prints.
  static let shapes = [
    (2, ShapeFigures("block 1", channels: 64, height: 112)),
    (5, ShapeFigures("block 2", channels: 128, height: 56)),
    (10, ShapeFigures("block 3", channels: 256, height: 28)),
    (15, ShapeFigures("block 4", channels: 512, height: 14)),
    (20, ShapeFigures("block 5", channels: 512, height: 7)),
  ]
  static let flattened = PublishedFigure.exact("flattened", "25088")

  static let training = TrainingFigures(
    parameters: 43_093_322,
    .band(.trainLoss, book: 0.300, 0.290, 0.300, 0.306),
    .band(.validationLoss, book: 0.294, 0.289, 0.298, 0.310),
    .band(.validationAccuracy, book: 0.896, 0.888, 0.892, 0.896),
    curves: [
      .perEpoch(
        .validationAccuracy, 0.658, 0.783, 0.822, 0.848, 0.866,
        0.874, 0.879, 0.884, 0.889, 0.896)
    ])

  static let all: [any FigureGroup] = [shapes.map(\.1), flattened, training]
}
