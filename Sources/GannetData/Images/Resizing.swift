/// Linear resampling of one axis, antialiased: downsampling averages with a triangle filter.
///
/// Weights are fixed-point numbers and results are rounded to bytes, bit for bit as in Pillow, and
/// thus in torchvision on Pillow's images.
struct Resampling: Sendable {
  let source: Int
  let target: Int
  /// The first source sample of each target sample.
  private var first: [Int] = []
  /// Offset of each target sample's weights, and their total number at the end.
  private var starts = [0]
  private var weights: [Int32] = []

  /// Fractional bits of the weights: 32 bits less 8 for a byte, one for the sign and one in
  /// reserve.
  private static let fractionBits: Int32 = 22

  init(from source: Int, to target: Int) {
    self.source = source
    self.target = target
    let scale = Double(source) / Double(target)
    let radius = max(scale, 1)
    for index in 0..<target {
      let center = (Double(index) + 0.5) * scale
      let start = max(Int(center - radius + 0.5), 0)
      let end = min(Int(center + radius + 0.5), source)
      let raw = (start..<end).map { max(1 - abs(Double($0) + 0.5 - center) / radius, 0) }
      let unit = Double(1 << Self.fractionBits) / raw.reduce(0, +)
      first.append(start)
      weights += raw.map { Int32(($0 * unit).rounded()) }
      starts.append(weights.count)
    }
  }

  /// Resamples the middle axis of `[outer, source, inner]` to `[outer, target, inner]`.
  func apply(
    _ x: UnsafePointer<UInt8>, to y: UnsafeMutablePointer<UInt8>, outer: Int, inner: Int
  ) {
    weights.withUnsafeBufferPointer { weights in
      for block in 0..<outer {
        for index in 0..<target {
          let from = x + (block * source + first[index]) * inner
          let to = y + (block * target + index) * inner
          let range = starts[index]..<starts[index + 1]
          for column in 0..<inner {
            var sum = Int32(1) << (Self.fractionBits - 1)
            var sample = from + column
            for weight in weights[range] {
              sum &+= Int32(sample.pointee) &* weight
              sample += inner
            }
            to[column] = UInt8(clamping: sum >> Self.fractionBits)
          }
        }
      }
    }
  }
}

/// Resizing of images of one size to another, first in width, then in height.
package struct Resizing: Sendable {
  private let rows: Resampling
  private let columns: Resampling

  package init(from source: (height: Int, width: Int), to target: (height: Int, width: Int)) {
    rows = Resampling(from: source.height, to: target.height)
    columns = Resampling(from: source.width, to: target.width)
  }

  /// Resizes `[planes, H, W, samples]`.
  package func apply(
    _ x: UnsafePointer<UInt8>, to y: UnsafeMutablePointer<UInt8>, planes: Int, samples: Int = 1
  ) {
    let size = planes * rows.source * columns.target * samples
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: size) { narrow in
      guard let narrow = narrow.baseAddress else { return }
      columns.apply(x, to: narrow, outer: planes * rows.source, inner: samples)
      rows.apply(narrow, to: y, outer: planes, inner: columns.target * samples)
    }
  }
}
