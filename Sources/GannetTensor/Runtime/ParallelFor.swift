/// Splits 0..<`count` into ranges and calls `body` with each, on the threads of ``ThreadPool``, in
/// any order.
///
///     parallelFor(rows, chunkSize: 64) { range in
///       for row in range { … }
///     }
///
/// The ranges depend on `count` and `chunkSize` alone, so results have the same bits on any number
/// of threads if each range computes its own elements; for a sum, store a partial sum of each range
/// and add them in order afterwards. `body` must not write elements that another range reads or
/// writes. Use it for loops over numbers: tensor operations are parallel themselves. A nested call
/// runs on the calling thread. Stops where `count` is negative or `chunkSize` below 1.
///
/// - Parameters:
///   - count: The number of indices.
///   - chunkSize: The number of indices in a range; the last may be shorter. A range should take 10
///     µs or more.
///   - body: The work on a range; called from several threads at once.
public func parallelFor(_ count: Int, chunkSize: Int, _ body: (Range<Int>) -> Void) {
  guard count >= 0, chunkSize >= 1 else {
    fail("parallelFor: \(count) indices in chunks of \(chunkSize), expected at least 0 and 1")
  }
  guard count > 0 else { return }
  ThreadPool.shared.forEach(count, by: chunkSize, body)
}

extension Tensor {
  /// Makes a tensor whose elements are computed in chunks on the threads of ``ThreadPool``, in any
  /// order.
  ///
  ///     let squares = Tensor(parallel: [1_000]) { range, chunk in
  ///       for index in range { chunk[index - range.lowerBound] = Float(index * index) }
  ///     }
  ///
  /// - Parameters:
  ///   - shape: The tensor's shape.
  ///   - chunkSize: The number of elements in a chunk, 16,384 by default; the last may be shorter.
  ///   - body: Computes all elements of a chunk, from their row-major indices, into the given
  ///     buffer.
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
