import Gannet
import Reproduction

extension Section {
  /// The book's output sizes, all small ones beside a count of windows, and how often pixels are
  /// used.
  static let paddingStride = Section(
    "padding-stride", title: "Padding and stride", reference: "7.3, padding-and-strides",
    seconds: 1, isSeeded: false, published: PaddingStrideFigures.all
  ) { _ in
    var result = SectionResult()
    for (figures, layer) in [
      (PaddingStrideFigures.padded, Conv2D(1, 1, kernelSize: 3, padding: 1)),
      (PaddingStrideFigures.tall, Conv2D(1, 1, kernelSize: .init(5, 3), padding: .init(2, 1))),
      (PaddingStrideFigures.strided, Conv2D(1, 1, kernelSize: 3, stride: 2, padding: 1)),
      (
        PaddingStrideFigures.wide,
        Conv2D(1, 1, kernelSize: .init(3, 5), stride: .init(3, 4), padding: .init(0, 1))
      ),
    ] {
      result.add(figures, layer(Tensor(zeros: [1, 1, 8, 8])).shape)
    }
    result[PaddingStrideFigures.contradictions] = Double(contradictions())
    result[PaddingStrideFigures.tenLayers] = Double(heightAfterTenLayers())
    result.add(PixelUse.study())
    return result
  }

  /// The number of combinations of size, kernel, padding and stride whose output size differs from
  /// the number of windows.
  private static func contradictions() -> Int {
    var count = 0
    for (size, kernel) in [1, 2, 5, 6, 7, 8, 9].flatMap({ size in (1...5).map { (size, $0) } }) {
      for padding in 0...3 where kernel <= size + 2 * padding {
        for stride in 1...4 {
          let output = conv2D(
            Tensor(zeros: [1, 1, size, 3]), weight: Tensor(zeros: [1, 1, kernel, 1]),
            stride: .init(stride, 1), padding: .init(padding, 0))
          let starts = Swift.stride(from: 0, through: size + 2 * padding - kernel, by: stride)
          if output.shape[2] != starts.reduce(0, { count, _ in count + 1 }) { count += 1 }
        }
      }
    }
    return count
  }

  private static func heightAfterTenLayers() -> Int {
    let kernel = Tensor(zeros: [1, 1, 5, 5])
    return (0..<10).reduce(Tensor(zeros: [1, 1, 240, 240])) { x, _ in conv2D(x, weight: kernel) }
      .shape[2]
  }
}

/// The number of windows that contain each pixel of a 12x12 image.
private struct PixelUse {
  let counts: [[Double]]
  private let kernel: Int

  init(kernel: Int, padding: Int) {
    self.kernel = kernel
    let image = Tensor(zeros: [1, 1, 12, 12]).requiringGradient()
    conv2D(
      image, weight: Tensor(ones: [1, 1, kernel, kernel]),
      padding: .init(padding)
    ).sum().backward()
    counts = image.gradient!.asMatrix.rows
  }

  /// The share of pixels in fewer windows than those in the middle.
  var shareSeldom: Double {
    let all = counts.flatMap(\.self)
    return Double(all.count { $0 < Double(kernel * kernel) }) / Double(all.count)
  }

  static func study() -> SectionResult {
    var result = SectionResult()
    var panels: [Panel] = []
    for figures in PaddingStrideFigures.pixelUses {
      let kernel = figures.kernel
      let use = PixelUse(kernel: kernel, padding: figures.padding)
      result[figures.corner] = use.counts[0][0]
      result[figures.middle] = use.counts[6][6]
      result[figures.seldom] = use.shareSeldom
      panels.append(
        Panel(figures.name, heatMap: HeatMap(use.counts, range: 0...Double(kernel * kernel))))
    }
    result.plots = [Plot("windows", title: "Windows that a pixel is part of", panels: panels)]
    return result
  }
}
