import Reproduction

/// Section "Transformers for Vision": images of 96 by 96 in patches of 16 by 16, batches of 128.
enum ViTFigures {
  static let patches = SizeFigures("embedded patches", "4", "36", "512")
  static let block = SizeFigures("layer's result", "2", "100", "24")

  static let linear = PublishedFigure.claim(
    "patches by a convolution against a linear layer on each",
    "a convolution whose kernel and stride are a patch", 0...1e-4)

  static let training = TrainingFigures(
    parameters: 6_457_866,
    .band(.trainLoss, book: 0.386, 0.370, 0.387, 0.397),
    .band(.validationLoss, book: 0.379, 0.373, 0.397, 0.429),
    .band(.validationAccuracy, book: 0.861, 0.842, 0.854, 0.862),
    curves: [
      .points(.trainLoss, [0.248: 3.00, 9.728: 0.386]),
      .perEpoch(
        .validationAccuracy, 0.750, 0.774, 0.807, 0.822, 0.833,
        0.844, 0.840, 0.856, 0.853, 0.861),
    ])

  static let rows = PublishedFigure.claim(
    "largest difference of a query's weights from a sum of 1", "a weighted average", 0...1e-5)

  static let all: [any FigureGroup] = [patches, block, linear, training, rows]
}
