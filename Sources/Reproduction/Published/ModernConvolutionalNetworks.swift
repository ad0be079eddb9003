// The figures of the chapter "Modern Convolutional Neural Networks". A final value is the last point of
// its curve.

extension [PublishedFigure] {
  /// Section "Batch Normalization": LeNet without padding, batches of 128.
  package static var batchNorm: Self {
    [
      .exact("parameters", "44878", source: .definition),
      .band("scratch train_loss", book: 0.305, 0.295, 0.304, 0.310),
      .band("scratch val_loss", book: 0.340, 0.325, 0.355, 0.484),
      .band("scratch val_acc", book: 0.876, 0.825, 0.869, 0.882),
      .band("concise train_loss", book: 0.302, 0.295, 0.302, 0.311),
      .band("concise val_loss", book: 0.383, 0.325, 0.383, 0.504),
      .band("concise val_acc", book: 0.868, 0.821, 0.868, 0.882),
    ]
  }

  /// Section "The Transformer Architecture": the rows (1, 2) and (2, 3) under both normalizations.
  package static var layerNorm: Self {
    let printed: KeyValuePairs<String, PrintedNumber> = [
      "layer norm[0,0]": "-1.0000", "layer norm[0,1]": "1.0000",
      "layer norm[1,0]": "-1.0000", "layer norm[1,1]": "1.0000",
      "batch norm[0,0]": "-1.0000", "batch norm[0,1]": "-1.0000",
      "batch norm[1,0]": "1.0000", "batch norm[1,1]": "1.0000",
    ]
    return printed.map { .exact($0.key, $0.value) }
  }

  /// Section "Residual Networks (ResNet) and ResNeXt": images of 96 by 96, batches of 128.
  package static var resnet: Self {
    [
      .exact("parameters", "11178378", source: .definition),
      .exact("block: channels", "3"),
      .exact("block: height", "6"),
      .exact("block, 6 channels, stride 2: channels", "6"),
      .exact("block, 6 channels, stride 2: height", "3"),
    ]
      + [("stem", "64", "24"), ("stage 1", "64", "24"), ("stage 2", "128", "12")].flatMap(stage)
      + [("stage 3", "256", "6"), ("stage 4", "512", "3")].flatMap(stage)
      + [
        .band("train_loss", book: 0.026, 0.020, 0.028, 0.033),
        .band("val_loss", book: 0.370, 0.291, 0.318, 0.396),
        .band("val_acc", book: 0.903, 0.899, 0.914, 0.919),
      ]
  }

  private static func stage(
    _ name: String, channels: PrintedNumber, height: PrintedNumber
  ) -> Self {
    [.exact("\(name): channels", channels), .exact("\(name): height", height)]
  }
}
