/// Calls `body` with each of the ranges that 0..<`count` is cut into, on the threads of
/// ``ThreadPool``, in any order.
///
///     parallelFor(rows, chunkSize: 64) { range in
///       for row in range { … }
///     }
///
/// The ranges depend on the numbers alone. So the result has the same bits on any number of threads
/// where each range computes elements of its own; a sum over ranges keeps a partial sum for each,
/// which are added afterwards, in their order. `body` must not write what another range reads or
/// writes. It is for loops over numbers: operations of tensors are parallel themselves. A call
/// inside `body` runs on its thread. Stops where `count` is negative or `chunkSize` below 1.
///
/// - Parameters:
///   - count: The number of indices.
///   - chunkSize: The indices in each range but the last, which may be shorter. A range should take
///     some 10 µs or more.
public func parallelFor(_ count: Int, chunkSize: Int, _ body: (Range<Int>) -> Void) {
  guard count >= 0, chunkSize >= 1 else {
    fail("parallelFor: \(count) indices in chunks of \(chunkSize) are impossible")
  }
  guard count > 0 else { return }
  ThreadPool.shared.forEach(count, by: chunkSize, body)
}

extension Tensor {
  /// A tensor whose elements are computed chunk by chunk on the threads of ``ThreadPool``, in any
  /// order.
  ///
  ///     let squares = Tensor(parallel: [1_000]) { range, chunk in
  ///       for index in range { chunk[index - range.lowerBound] = Float(index * index) }
  ///     }
  ///
  /// - Parameters:
  ///   - shape: The tensor's shape.
  ///   - chunkSize: The elements in each chunk but the last, 16,384 by default.
  ///   - body: Computes all elements of a chunk: gets their indices in row-major order, and where
  ///     to write them.
  public init(
    parallel shape: Shape, chunkSize: Int = 16_384,
    _ body: (_ range: Range<Int>, _ chunk: UnsafeMutableBufferPointer<Float>) -> Void
  ) {
    self.init(uninitialized: shape)
    let start = pointer
    parallelFor(count, chunkSize: chunkSize) { range in
      body(
        range, UnsafeMutableBufferPointer(start: start + range.lowerBound, count: range.count))
    }
  }
}
