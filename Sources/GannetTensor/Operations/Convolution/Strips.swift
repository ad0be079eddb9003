/// Strips (ranges of rows) of a convolution's output, with the addresses of their inputs.
///
/// Where the kernel crosses the left or right edge, the input rows of a strip are copied with zeros
/// at the sides; kernel rows above and below the image are skipped.
struct Strips {
  struct Strip {
    /// The strip's rows in the image.
    let rows: Range<Int>
    /// The index of its first pixel in the batch.
    let firstPixel: Int
    /// The input under the kernel's first element at the first pixel; may be outside of the image.
    let start: UnsafePointer<Float>
    /// Floats from pixel to pixel, down and to the right.
    let rowStep: Int
    let step: Int
    /// Offsets of the contiguous runs of a patch, equally many for each kernel row.
    let taps: [Int]
    let tapsPerRow: Int
    /// The length of a run.
    let run: Int
  }

  /// The number of strips in the batch.
  let count: Int
  private let geometry: ConvolutionGeometry
  private let perImage: Int
  private let height: Int
  private let x: Tensor
  private let isPadded: Bool

  init(_ x: Tensor, _ geometry: ConvolutionGeometry) {
    self.x = x
    self.geometry = geometry
    let least = Tuning.leastStrips
    let shared = (geometry.batch * geometry.outputHeight + least - 1) / least
    let pixels =
      geometry.kernel == 1
      ? Tuning.pointStrip / max(1, geometry.channels + geometry.outputChannels) : Tuning.stripPixels
    height = max(1, min(geometry.outputHeight, pixels / geometry.outputWidth, shared))
    perImage = (geometry.outputHeight + height - 1) / height
    count = geometry.batch * perImage
    isPadded = geometry.padding.horizontal > 0
  }

  /// Calls `body` with each strip, on the pool's threads.
  func visit(_ body: (Strip) -> Void) {
    let work = height * geometry.outputWidth * geometry.outputChannels * geometry.patchSize
    ThreadPool.shared.forEach(count, by: max(1, Tuning.stripChunk / max(1, work))) {
      visit($0, body)
    }
  }

  /// The lanes of strips.
  var lanes: Lanes { Lanes(of: count, count: count) }

  /// Calls `body` with each lane and its strips in order, on the pool's threads.
  func forEachLane(_ body: (_ lane: Int, Strip) -> Void) {
    lanes.forEachLane { lane, strips in
      visit(strips) { body(lane, $0) }
    }
  }

  private func visit(_ range: Range<Int>, _ body: (Strip) -> Void) {
    let (kernel, stride, dilation) = (geometry.kernel, geometry.stride, geometry.dilation)
    let inputRows = (height - 1) * stride.height + (kernel.height - 1) * dilation.height + 1
    let width = geometry.width + geometry.padding.horizontal
    let scratch = isPadded ? Storage(count: inputRows * width * geometry.channels) : nil
    let pixelStep = isPadded ? geometry.channels : x.strides[3]
    let rowStep = isPadded ? width * geometry.channels : x.strides[2]
    // A kernel row is one run if its pixels are contiguous.
    let isDense = geometry.groups == 1 && dilation.width == 1 && pixelStep == geometry.channels
    let tapsPerRow = isDense ? 1 : kernel.width
    let taps = (0..<kernel.height * tapsPerRow).map {
      $0 / tapsPerRow * dilation.height * rowStep + $0 % tapsPerRow * dilation.width * pixelStep
    }
    for index in range {
      let (image, first) = (index / perImage, index % perImage * height)
      let source = x.pointer + image * x.strides[0]
      let top = first * stride.height - geometry.padding.top
      if let scratch { copy(source, top, inputRows, width, to: scratch.pointer) }
      body(
        Strip(
          rows: first..<min(first + height, geometry.outputHeight),
          firstPixel: (image * geometry.outputHeight + first) * geometry.outputWidth,
          start: scratch.map { UnsafePointer($0.pointer) } ?? UnsafePointer(source + top * rowStep),
          rowStep: stride.height * rowStep, step: stride.width * pixelStep, taps: taps,
          tapsPerRow: tapsPerRow, run: kernel.width / tapsPerRow * geometry.groupChannels))
    }
    withExtendedLifetime((scratch, x.storage)) {}
  }

  /// Copies the rows inside the image, of `rows` rows from `top` on, with zeros at the sides.
  private func copy(
    _ image: UnsafePointer<Float>, _ top: Int, _ rows: Int, _ width: Int,
    to scratch: UnsafeMutablePointer<Float>
  ) {
    let (channels, left) = (geometry.channels, geometry.padding.left)
    let (rowSize, end) = (width * channels, (left + geometry.width) * channels)
    // A strip is completely in the padding if that is wider than the kernel's span.
    let first = max(0, top)
    for y in first..<max(first, min(geometry.height, top + rows)) {
      let (from, to) = (image + y * x.strides[2], scratch + (y - top) * rowSize)
      to.update(repeating: 0, count: left * channels)
      if x.strides[3] == channels {
        (to + left * channels).update(from: from, count: geometry.width * channels)
      } else {
        for pixel in 0..<geometry.width {
          (to + (left + pixel) * channels).update(
            from: from + pixel * x.strides[3], count: channels)
        }
      }
      (to + end).update(repeating: 0, count: rowSize - end)
    }
  }
}

extension ConvolutionGeometry {
  /// The kernel rows that are inside the image at output row `row`.
  func kernelRows(at row: Int) -> Range<Int> {
    let top = row * stride.height - padding.top
    return ConvolutionGeometry.places(from: top, step: dilation.height, in: height)
      .clamped(to: 0..<kernel.height)
  }

  /// The output rows at which kernel row `row` is inside the image.
  func outputRows(under row: Int) -> Range<Int> {
    let top = row * dilation.height - padding.top
    return ConvolutionGeometry.places(from: top, step: stride.height, in: height)
      .clamped(to: 0..<outputHeight)
  }

  /// The i >= 0 for which `first` + i `step` is in 0..<`size`.
  private static func places(from first: Int, step: Int, in size: Int) -> Range<Int> {
    let lower = first < 0 ? (step - 1 - first) / step : 0
    let upper = first < size ? (size - first + step - 1) / step : 0
    return lower..<max(lower, upper)
  }
}
