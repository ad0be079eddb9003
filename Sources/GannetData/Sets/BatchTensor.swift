import GannetTensor

/// A tensor that a batch can have as its inputs or targets: `Tensor` or `IntTensor`.
public protocol BatchTensor {
  associatedtype Scalar: BitwiseCopyable & Sendable
  var shape: Shape { get }
  var scalars: [Scalar] { get }
  init(shape: Shape, initializingWith: (UnsafeMutableBufferPointer<Scalar>) throws -> Void) rethrows
}

extension Tensor: BatchTensor {}

extension IntTensor: BatchTensor {
  /// A tensor whose elements `body` sets, given as one row-major buffer of unspecified contents.
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
