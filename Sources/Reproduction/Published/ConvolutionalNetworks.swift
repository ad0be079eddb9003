// The figures of the chapter "Convolutional Neural Networks". A final value is the last point of its
// curve.

extension [PublishedFigure] {
  /// The elements of a printed matrix, each a figure: `name[0,1]`.
  private static func matrix(
    _ name: String, _ rows: [[Int]], source: PublishedFigure.Source = .release
  ) -> Self {
    rows.enumerated().flatMap { row, values in
      values.enumerated().map { column, value in
        .exact(
          "\(name)[\(row),\(column)]", PrintedNumber(stringLiteral: "\(value)"), source: source)
      }
    }
  }

  /// Figures that follow from a definition.
  private static func defined(_ figures: KeyValuePairs<String, PrintedNumber>) -> Self {
    figures.map { .exact($0.key, $0.value, source: .definition) }
  }

  /// Section "Convolutions for Images": the numbers 0 to 8 with the kernel 0 to 3.
  package static var correlation: Self {
    matrix("correlation", [[19, 25], [37, 43]])
      + matrix("convolution", [[5, 11], [23, 29]], source: .definition)
  }

  /// Section "Convolutions for Images": ones with zeros in columns 2 to 5, the kernel (1, -1). The losses
  /// and weights depend on the draw of the first weights.
  package static var edges: Self {
    [0, 1, 0, 0, 0, -1, 0].enumerated().map { column, value in
      .exact("edges, column \(column)", PrintedNumber(stringLiteral: "\(value)"))
    } + [
      .exact("edges, difference between rows", "0"),
      .exact("edges of the transpose, largest", "0"),
      .shown("loss, step 2", book: 16.481),
      .shown("loss, step 4", book: 5.069),
      .shown("loss, step 6", book: 1.794),
      .shown("loss, step 8", book: 0.688),
      .shown("loss, step 10", book: 0.274),
      .shown("weight 0", book: 1.0398),
      .shown("weight 1", book: -0.9328),
    ]
  }

  /// Section "Padding and Stride": the sizes that are printed, and how often pixels are used.
  package static var paddingStride: Self {
    [
      .exact("3x3, padding 1: height", "8"),
      .exact("3x3, padding 1: width", "8"),
      .exact("5x3, padding 2x1: height", "8"),
      .exact("5x3, padding 2x1: width", "8"),
      .exact("3x3, padding 1, stride 2: height", "4"),
      .exact("3x3, padding 1, stride 2: width", "4"),
      .exact("3x5, padding 0x1, stride 3x4: height", "2"),
      .exact("3x5, padding 0x1, stride 3x4: width", "2"),
      .exact("height of 240 rows after ten 5x5 layers", "200"),
    ]
      + defined([
        "3x3: windows of a corner": "1", "3x3: windows of the middle": "9",
        "3x3, padding 1: windows of a corner": "4", "5x5: windows of a corner": "1",
        "5x5: windows of the middle": "25", "5x5, padding 2: windows of a corner": "9",
        "1x1: share of pixels in fewer than the middle": "0",
        "3x3: share of pixels in fewer than the middle": "0.5556",
        "3x3, padding 1: share of pixels in fewer than the middle": "0.3056",
        "5x5: share of pixels in fewer than the middle": "0.8889",
        "5x5, padding 2: share of pixels in fewer than the middle": "0.5556",
      ])
  }

  /// Section "Multiple Input and Multiple Output Channels".
  package static var channels: Self {
    matrix("two channels in", [[56, 72], [104, 120]])
      + matrix("channel 0 of three out", [[56, 72], [104, 120]])
      + matrix("channel 1 of three out", [[76, 100], [148, 172]])
      + matrix("channel 2 of three out", [[96, 128], [192, 224]])
  }

  /// Section "Pooling": the numbers 0 to 8, and 0 to 15.
  package static var pooling: Self {
    matrix("max 2x2", [[4, 5], [7, 8]]) + matrix("average 2x2", [[2, 3], [5, 6]])
      + matrix("max 3x3", [[10]])
      + matrix("max 3x3, stride 2, padding 1", [[5, 7], [13, 15]])
      + matrix("max 2x3, stride 2x3, padding 0x1", [[5, 7], [13, 15]])
      + [.exact("channels out of two", "2")] + matrix("second channel", [[6, 8], [14, 16]])
  }

  /// Section "Convolutions for Images": the example of two kernels of 2 by 2, and deeper ones.
  package static var receptiveField: Self {
    let fields: KeyValuePairs<String, PrintedNumber> = [
      "two 2x2": "3", "two 3x3": "5", "one 5x5": "5", "three 3x3, dilation 1, 2, 4": "15",
      "LeNet": "16", "ResNet-18": "435",
    ]
    return fields.flatMap { name, size in
      defined(["\(name): computed": size, "\(name): support of the gradient": size])
    } + [
      .exact("elements of the first map behind one output", "4", source: .text),
      .exact("elements of the image behind one output", "9", source: .text),
    ]
  }

  /// Section "Convolutional Neural Networks (LeNet)": batches of 128, sigmoid, average pooling.
  package static var lenet: Self {
    [
      .exact("parameters", "61706", source: .definition),
      .exact("convolution 1: channels", "6"),
      .exact("convolution 1: height", "28"),
      .exact("pooling 1: channels", "6"),
      .exact("pooling 1: height", "14"),
      .exact("convolution 2: channels", "16"),
      .exact("convolution 2: height", "10"),
      .exact("pooling 2: channels", "16"),
      .exact("pooling 2: height", "5"),
      .exact("flattened", "400"),
      .exact("linear 1", "120"),
      .exact("linear 2", "84"),
      .exact("linear 3", "10"),
      .band("train_loss", book: 0.752, 0.677, 0.711, 0.773),
      .band("val_loss", book: 0.752, 0.686, 0.723, 0.766),
      .band("val_acc", book: 0.728, 0.718, 0.729, 0.737),
    ]
  }
}
