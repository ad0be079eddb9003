import Gannet
import Reproduction

extension Section {
  /// The part of an image that an output depends on: by the formula, and as the support of a
  /// gradient.
  static let receptiveField = Section(
    "receptive-field", title: "Receptive fields", reference: "7.2.6, conv-layer", seconds: 2,
    isSeeded: false, published: ReceptiveFieldFigures.all
  ) { _ in
    var result = SectionResult()
    for (figures, stack) in WindowStack.all {
      result[figures.computed] = Double(stack.field)
      result[figures.gradientSupport] = Double(
        stack.gradient(imageSize: 2 * stack.field).rows[stack.field].count { $0 > 0 })
    }
    let small = WindowStack.two2x2
    result[ReceptiveFieldFigures.image] = small.gradient(imageSize: 3).support
    result[ReceptiveFieldFigures.firstMap] =
      WindowStack(small.windows.dropFirst()).gradient(imageSize: 2).support
    result[ReceptiveFieldFigures.resNet18BesideImages] = Double(WindowStack.resNet18.field) / 96
    result.plots = [fieldPlot(), profilePlot()]
    return result
  }

  private static func fieldPlot() -> Plot {
    Plot(
      "field", title: "What an output of LeNet's second pooling depends on",
      panels: [
        Panel(
          "gradient", heatMap: HeatMap(WindowStack.leNet.gradient(imageSize: 28).rows))
      ])
  }

  /// The gradient falls off from the middle like a bell: the middle counts more than the rim.
  private static func profilePlot() -> Plot {
    let size = 47
    let series = [2, 5, 10, 20].map { depth in
      let stack = WindowStack([Window](repeating: Window(3, padding: 1), count: depth))
      let row = stack.gradient(imageSize: size).rows[size / 2]
      return Series(
        "\(depth) layers of 3x3", x: row.indices.map { Double($0 - size / 2) },
        y: row.map { $0 / row.max()! })
    }
    return Plot(
      "profile", title: "Gradient along a row through the middle", x: Axis("pixel"),
      y: Axis("beside the largest"), series: series)
  }
}

/// The window and the stride of a convolution or pooling.
private struct Window {
  let kernel: Int
  let stride: Int
  let padding: Int
  let dilation: Int

  init(_ kernel: Int, stride: Int = 1, padding: Int = 0, dilation: Int = 1) {
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
    self.dilation = dilation
  }
}

/// A chain of convolutions and poolings.
private struct WindowStack: Sendable {
  let windows: [Window]

  init(_ windows: some Sequence<Window>) { self.windows = Array(windows) }

  static let all: [(figures: FieldFigures, stack: WindowStack)] = [
    (ReceptiveFieldFigures.two2x2, two2x2),
    (ReceptiveFieldFigures.two3x3, WindowStack([Window(3), Window(3)])),
    (ReceptiveFieldFigures.one5x5, WindowStack([Window(5)])),
    (
      ReceptiveFieldFigures.dilated3x3,
      WindowStack([1, 2, 4].map { Window(3, dilation: $0) })
    ),
    (ReceptiveFieldFigures.leNet, leNet), (ReceptiveFieldFigures.resNet18, resNet18),
  ]

  static let two2x2 = WindowStack([Window(2), Window(2)])

  static let leNet = WindowStack(
    [Window(5, padding: 2), Window(2, stride: 2), Window(5), Window(2, stride: 2)])

  static let resNet18 = WindowStack(
    [Window(7, stride: 2, padding: 3), Window(3, stride: 2, padding: 1)]
      + (0..<16).map { Window(3, stride: $0 > 0 && $0 % 4 == 0 ? 2 : 1, padding: 1) })

  /// The receptive field's height: each layer adds its window less 1 times the strides before it.
  var field: Int {
    windows.reduce((size: 1, step: 1)) { sum, window in
      (sum.size + (window.kernel - 1) * window.dilation * sum.step, sum.step * window.stride)
    }.size
  }

  /// The gradient of the central output with respect to the image. Weights are positive, so that
  /// nothing cancels.
  func gradient(imageSize: Int) -> WindowGradient {
    let image = Tensor(zeros: [1, 1, imageSize, imageSize]).requiringGradient()
    let output = windows.reduce(image) { x, window in
      let kernel = window.kernel
      let weight = Tensor(repeating: 1 / Float(kernel * kernel), shape: [1, 1, kernel, kernel])
      return conv2D(
        x, weight: weight, stride: .init(window.stride), padding: .init(window.padding),
        dilation: .init(window.dilation))
    }
    let middle = output.shape[2] / 2
    output.sliced(middle..<middle + 1, along: 2).sliced(middle..<middle + 1, along: 3).sum()
      .backward()
    return WindowGradient(rows: image.gradient!.asMatrix.rows)
  }
}

/// The gradient of an output with respect to each pixel.
private struct WindowGradient {
  let rows: [[Double]]

  /// The number of pixels that count at all.
  var support: Double { Double(rows.joined().count { $0 > 0 }) }
}
