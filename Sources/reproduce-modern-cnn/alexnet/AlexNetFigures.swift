import Reproduction

/// Section "Deep Convolutional Neural Networks (AlexNet)": images of 224 by 224, batches of 128.
enum AlexNetFigures {
  /// The layers whose shapes the book prints, by their index in `features`.
  static let shapes = [
    (0, ShapeFigures("convolution 1", channels: 96, height: 54)),
    (2, ShapeFigures("pooling 1", channels: 96, height: 26)),
    (3, ShapeFigures("convolution 2", channels: 256, height: 26)),
    (5, ShapeFigures("pooling 2", channels: 256, height: 12)),
    (6, ShapeFigures("convolution 3", channels: 384, height: 12)),
    (8, ShapeFigures("convolution 4", channels: 384, height: 12)),
    (10, ShapeFigures("convolution 5", channels: 256, height: 12)),
    (12, ShapeFigures("pooling 3", channels: 256, height: 5)),
  ]
  static let flattened = PublishedFigure.exact("flattened", "6400")

  static let training = TrainingFigures(
    parameters: 46_764_746,
    .band(.trainLoss, book: 0.457, 0.425, 0.456, 0.459),
    .band(.validationLoss, book: 0.457, 0.432, 0.446, 0.460),
    .band(.validationAccuracy, book: 0.830, 0.828, 0.834, 0.844),
    curves: [
      .perEpoch(
        .validationAccuracy, 0.0996, 0.297, 0.587, 0.687, 0.710,
        0.774, 0.793, 0.813, 0.824, 0.830)
    ])

  static let all: [any FigureGroup] = [shapes.map(\.1), flattened, training]
}
