import Gannet
import Reproduction

extension Section {
  /// The book's output sizes, all small ones beside a count of windows, and how often pixels are used.
  static let paddingStride = Section(
    "padding-stride", title: "Padding and stride", reference: "7.3, padding-and-strides",
    seconds: 1, isSeeded: false, published: .paddingStride + .paddingStrideClaims
  ) { _ in
    var result = SectionResult()
    for (name, layer) in [
      ("3x3, padding 1", Conv2D(1, 1, kernelSize: 3, padding: 1)),
      ("5x3, padding 2x1", Conv2D(1, 1, kernelSize: .init(5, 3), padding: .init(2, 1))),
      ("3x3, padding 1, stride 2", Conv2D(1, 1, kernelSize: 3, stride: 2, padding: 1)),
      (
        "3x5, padding 0x1, stride 3x4",
        Conv2D(1, 1, kernelSize: .init(3, 5), stride: .init(3, 4), padding: .init(0, 1))
      ),
    ] {
      let size = layer(Tensor(zeros: [1, 1, 8, 8])).shape.suffix(2)
      result["\(name): height"] = Double(size.first!)
      result["\(name): width"] = Double(size.last!)
    }
    result["sizes that the count of windows contradicts"] = Double(contradictions())
    result["height of 240 rows after ten 5x5 layers"] = Double(heightAfterTenLayers())
    result.add(PixelUse.study())
    return result
  }

  /// How many combinations of size, kernel, padding and stride give another size than there are
  /// windows.
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

/// How many windows each pixel of a 12x12 image takes part in.
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
    for (kernel, padding) in [(1, 0), (3, 0), (3, 1), (5, 0), (5, 2)] {
      let use = PixelUse(kernel: kernel, padding: padding)
      let name = "\(kernel)x\(kernel)" + (padding == 0 ? "" : ", padding \(padding)")
      result["\(name): windows of a corner"] = use.counts[0][0]
      result["\(name): windows of the middle"] = use.counts[6][6]
      result["\(name): share of pixels in fewer than the middle"] = use.shareSeldom
      panels.append(Panel(name, heatMap: HeatMap(use.counts, range: 0...Double(kernel * kernel))))
    }
    result.plots = [Plot("windows", title: "Windows that a pixel is part of", panels: panels)]
    return result
  }
}
