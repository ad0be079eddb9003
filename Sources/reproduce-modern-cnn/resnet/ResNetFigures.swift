import Reproduction

/// Section "Residual Networks (ResNet) and ResNeXt": images of 96 by 96, batches of 128.
enum ResNetFigures {
  static let block = ShapeFigures("block", channels: 3, height: 6)
  static let stridedBlock = ShapeFigures("block, 6 channels, stride 2", channels: 6, height: 3)
  /// The stem and the four stages.
  static let stages = [
    ShapeFigures("stem", channels: 64, height: 24),
    ShapeFigures("stage 1", channels: 64, height: 24),
    ShapeFigures("stage 2", channels: 128, height: 12),
    ShapeFigures("stage 3", channels: 256, height: 6),
    ShapeFigures("stage 4", channels: 512, height: 3),
  ]

  static let training = TrainingFigures(
    parameters: 11_178_378,
    .band(.trainLoss, book: 0.026, 0.020, 0.028, 0.033),
    .band(.validationLoss, book: 0.370, 0.291, 0.318, 0.396),
    .band(.validationAccuracy, book: 0.903, 0.899, 0.914, 0.919),
    curves: [
      .points(.trainLoss, [0.248: 0.557, 9.728: 0.026]),
      .perEpoch(
        .validationAccuracy, 0.848, 0.885, 0.898, 0.855, 0.897,
        0.891, 0.909, 0.904, 0.895, 0.903),
    ])

  static let zeroedTraining = PublishedFigure.claim(
    "zeroed block against its input, training", "zero weights make it the identity", 0...0)
  static let zeroedPrediction = PublishedFigure.claim(
    "zeroed block against its input, prediction", "zero weights make it the identity", 0...0)
  static let nested = PublishedFigure.claim(
    "network with three zeroed blocks more against the smaller",
    "a larger network contains the smaller", 0...0)

  static let all: [any FigureGroup] = [
    block, stridedBlock, stages, training, zeroedTraining, zeroedPrediction, nested,
  ]
}
