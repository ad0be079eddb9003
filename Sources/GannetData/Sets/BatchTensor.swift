import GannetTensor

/// A tensor type for a batch's inputs or targets: `Tensor` or `IntTensor`.
public protocol BatchTensor {
  /// The type of the elements: `Float` or `Int32`.
  associatedtype Scalar: BitwiseCopyable & Sendable
  /// The sizes of the axes.
  var shape: Shape { get }
  /// The elements in row-major order.
  var scalars: [Scalar] { get }
  /// Makes a tensor whose elements a closure sets in an uninitialized row-major buffer.
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
