import CGannetKernels

/// Linear resampling of one axis with fixed-point weights; results are rounded to bytes.
struct Resampling: Sendable {
  let source: Int
  let target: Int
  /// The first source sample of each target sample.
  private var first: [Int32] = []
  /// Offset of each target sample's weights, and their total number at the end.
  private var starts: [Int32] = [0]
  private var weights: [Int32] = []
  private let fractionBits: Int32

  /// Makes the weights from `source` to `target` samples.
  ///
  /// - Parameter antialias: Whether downsampling averages with a triangle filter, bit for bit as in
  ///   Pillow, and thus in torchvision on Pillow's images; otherwise the two nearest samples count,
  ///   bit for bit as in torchvision on tensors.
  init(from source: Int, to target: Int, antialias: Bool) {
    self.source = source
    self.target = target
    let scale = Double(source) / Double(target)
    let rows = (0..<target).map { index in
      antialias
        ? Self.triangle(index, scale: scale, source: source)
        : Self.pair(index, scale: scale, source: source)
    }
    // Pillow: 32 bits less 8 for a byte, one for the sign and one in reserve. torchvision: as many as
    // the largest weight leaves of 16 bits.
    let largest = rows.lazy.flatMap(\.weights).max() ?? 1
    let short = (0..<22).first { Int(0.5 + largest * Double(1 << ($0 + 1))) >= 1 << 15 } ?? 22
    fractionBits = antialias ? 22 : Int32(short)
    let unit = Double(1 << fractionBits)
    for row in rows {
      first.append(Int32(row.first))
      weights += row.weights.map { Int32(($0 * unit).rounded()) }
      starts.append(Int32(weights.count))
    }
  }

  private typealias Row = (first: Int, weights: [Double])

  private static func triangle(_ index: Int, scale: Double, source: Int) -> Row {
    let radius = max(scale, 1)
    let center = (Double(index) + 0.5) * scale
    let start = max(Int(center - radius + 0.5), 0)
    let end = min(Int(center + radius + 0.5), source)
    let raw = (start..<end).map { max(1 - abs(Double($0) + 0.5 - center) / radius, 0) }
    let sum = raw.reduce(0, +)
    return (start, raw.map { $0 / sum })
  }

  private static func pair(_ index: Int, scale: Double, source: Int) -> Row {
    let place = max((Double(index) + 0.5) * scale - 0.5, 0)
    let start = min(Int(place), source - 1)
    let rest = place - Double(start)
    return (start, start + 1 < source ? [1 - rest, rest] : [1])
  }

  /// Resamples the middle axis of `[outer, source, inner]` to `[outer, target, inner]`.
  func apply(
    _ x: UnsafePointer<UInt8>, to y: UnsafeMutablePointer<UInt8>, outer: Int, inner: Int
  ) {
    first.withUnsafeBufferPointer { first in
      starts.withUnsafeBufferPointer { starts in
        weights.withUnsafeBufferPointer { weights in
          let form = gannet_resampling(
            first: first.baseAddress!, starts: starts.baseAddress!, weights: weights.baseAddress!,
            source: source, target: target, bits: fractionBits)
          gannet_resample_bytes(x, y, form, outer, inner)
        }
      }
    }
  }
}

/// Resizing of images of one size to another, first in width, then in height.
package struct Resizing: Sendable {
  private let rows: Resampling
  private let columns: Resampling

  package init(
    from source: (height: Int, width: Int), to target: (height: Int, width: Int),
    antialias: Bool = true
  ) {
    rows = Resampling(from: source.height, to: target.height, antialias: antialias)
    columns = Resampling(from: source.width, to: target.width, antialias: antialias)
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
