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
    let scalars = try [Int32](unsafeUninitializedCapacity: count) { buffer, initialized in
      try body(UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
      initialized = count
    }
    self.init(scalars, shape: shape)
  }
}
