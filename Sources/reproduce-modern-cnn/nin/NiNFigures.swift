import Reproduction

/// Section "Network in Network (NiN)": images of 224 by 224, batches of 128.
enum NiNFigures {
  /// The blocks and poolings by their index in `net`.
  static let shapes = [
    (0, ShapeFigures("block 1", channels: 96, height: 54)),
    (1, ShapeFigures("pooling 1", channels: 96, height: 26)),
    (2, ShapeFigures("block 2", channels: 256, height: 26)),
    (3, ShapeFigures("pooling 2", channels: 256, height: 12)),
    (4, ShapeFigures("block 3", channels: 384, height: 12)),
    (5, ShapeFigures("pooling 3", channels: 384, height: 5)),
    (7, ShapeFigures("block 4", channels: 10, height: 5)),
    (8, ShapeFigures("global average pooling", channels: 10, height: 1)),
  ]

  static let training = TrainingFigures(
    parameters: 1_992_166,
    .band(.trainLoss, book: 0.391, 0.347, 0.393, 0.585),
    .band(.validationAccuracy, book: 0.865, 0.793, 0.854, 0.874),
    curves: [
      .perEpoch(
        .validationAccuracy, 0.190, 0.452, 0.664, 0.757, 0.625,
        0.813, 0.824, 0.853, 0.843, 0.865)
    ])

  static let all: [any FigureGroup] = [shapes.map(\.1), training]
}
