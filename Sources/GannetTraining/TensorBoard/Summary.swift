import GannetData
import GannetTensor

/// The values of a step, as TensorBoard's message `Summary`.
///
/// Numbers of fields are those of tensorflow/core/framework/summary.proto.
struct Summary {
  private(set) var message = ProtocolBuffer()

  /// Whether there is no value.
  var isEmpty: Bool { message.bytes.isEmpty }

  mutating func add(scalar: Double, tag: String) {
    add(tag) { $0.add(Float(scalar), as: 2) }
  }

  mutating func add(histogram: HistogramSummary, tag: String) {
    add(tag) { $0.add(histogram.message, as: 5) }
  }

  mutating func add(image: RasterImage, tag: String) {
    var message = ProtocolBuffer()
    message.add(Int64(image.height), as: 1)
    message.add(Int64(image.width), as: 2)
    message.add(Int64(image.channels), as: 3)
    message.add(image.pngBytes, as: 4)
    add(tag) { $0.add(message, as: 4) }
  }

  private mutating func add(_ tag: String, _ content: (inout ProtocolBuffer) -> Void) {
    var value = ProtocolBuffer()
    value.add(tag, as: 1)
    content(&value)
    message.add(value, as: 1)
  }
}

/// The distribution of a tensor's elements over bins of equal width; those that are not finite are
/// left out.
struct HistogramSummary {
  private static let binCount = 30

  private let values: [Double]

  init(_ values: Tensor) { self.values = values.scalars.map(Double.init).filter(\.isFinite) }

  /// The message `HistogramProto`.
  var message: ProtocolBuffer {
    let (low, high) = (values.min() ?? 0, values.max() ?? 0)
    let width = (high - low) / Double(Self.binCount)
    let count = width > 0 ? Self.binCount : 1
    var bins = [Double](repeating: 0, count: count)
    for value in values { bins[width > 0 ? min(Int((value - low) / width), count - 1) : 0] += 1 }
    // The right ends of the bins, the last without rounding.
    let ends = (1..<count).map { low + Double($0) * width } + [high]

    var message = ProtocolBuffer()
    message.add(low, as: 1)
    message.add(high, as: 2)
    message.add(Double(values.count), as: 3)
    message.add(values.reduce(0, +), as: 4)
    message.add(values.reduce(0) { $0 + $1 * $1 }, as: 5)
    message.add(ends, as: 6)
    message.add(bins, as: 7)
    return message
  }
}
