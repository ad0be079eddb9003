import CGannetKernels

/// The mask of one application of dropout.
///
/// It is not stored: draw `first + i` of the stream decides on element i, and the backward pass
/// draws again.
public struct DropoutMask {
  private let count: Int
  private let stream: gannet_stream
  private let first: UInt64
  private let probability: Float
  /// 1 / (1 - p), which preserves the expectation; 0 for p = 1.
  var scale: Float { probability < 1 ? 1 / (1 - probability) : 0 }

  /// Makes a mask that drops each of `count` elements with `probability`; takes as many draws.
  public init(count: Int, probability: Float, using stream: inout RandomStream) {
    guard probability >= 0, probability <= 1 else {
      fail("dropout: probability \(probability), expected 0 to 1")
    }
    self.count = count
    self.probability = probability
    first = stream.reserve(count)
    self.stream = stream.raw
  }

  /// The mask from element `start` on, for kernels that draw it themselves.
  func draws(from start: Int) -> gannet_draws {
    gannet_draws(
      stream: stream, first: first + UInt64(start), probability: probability, scale: scale)
  }

  /// Stops unless this is the mask of a tensor of `shape`.
  func check(_ operation: StaticString, _ shape: Shape) {
    guard count == shape.elementCount else {
      fail("\(operation): a mask of \(count) elements for the shape \(shape)")
    }
  }

  /// Writes the masked and scaled x to y, for `count` elements from element `start` of the tensor
  /// on.
  func apply(
    _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, at start: Int, count: Int
  ) {
    gannet_dropout(stream, first + UInt64(start), probability, scale, x, y, count)
  }
}

/// Dropout: zeroes each element with the mask's probability p and scales the others by 1 / (1 - p),
/// which preserves the expectation (Dive into Deep Learning, section 5.6).
public func dropout(_ x: consuming Tensor, mask: DropoutMask) -> Tensor {
  mask.check("dropout", x.shape)
  let inputs = [x.node]
  var input = x.contiguous()  // the draws are in logical order, whatever the layout
  input.node = nil
  let inPlace = input.ownsStorage()
  let result = inPlace ? input : Tensor(uninitialized: input.shape)
  let (from, to) = (input.pointer, result.pointer)
  ThreadPool.shared.forEach(input.count, by: elementwiseChunk) { range in
    mask.apply(
      from + range.lowerBound, to + range.lowerBound, at: range.lowerBound, count: range.count)
  }
  return withExtendedLifetime(input.storage) {
    result.recorded("dropout", inputs) { gradient in [dropout(gradient, mask: mask)] }
  }
}
