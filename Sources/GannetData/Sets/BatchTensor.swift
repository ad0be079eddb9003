import GannetTensor

/// A tensor type for a batch's inputs or targets: `Tensor` or `IntTensor`.
public protocol BatchTensor {
  associatedtype Scalar: BitwiseCopyable & Sendable
  var shape: Shape { get }
  var scalars: [Scalar] { get }
  init(shape: Shape, initializingWith: (UnsafeMutableBufferPointer<Scalar>) throws -> Void) rethrows
}

extension Tensor: BatchTensor {}

extension IntTensor: BatchTensor {
  /// Makes a tensor whose elements `body` sets in an uninitialized row-major buffer.
  public init(
    shape: Shape, initializingWith body: (UnsafeMutableBufferPointer<Int32>) throws -> Void
  ) rethrows {
    let count = shape.elementCount
    if count == 0 { try body(UnsafeMutableBufferPointer(start: nil, count: 0)) }
    let scalars = try [Int32](uninitialized: count) {
      try body(UnsafeMutableBufferPointer(start: $0, count: count))
    }
    self.init(scalars, shape: shape)
  }
}
