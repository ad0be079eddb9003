import CGannetKernels

extension Tensor {
  /// The sum of this matrix's rows, added in order, as a tensor of `shape`.
  func addedUp(to shape: Shape) -> Tensor {
    let sum = Tensor(uninitialized: shape)
    let (rows, count) = (self.shape[0], sum.count)
    let (from, to) = (pointer, sum.pointer)
    ThreadPool.shared.forEach(count, by: elementwiseChunk) { range in
      let first = range.lowerBound
      (to + first).update(from: from + first, count: range.count)
      gannet_add_rows(from + count + first, count, to + first, rows - 1, range.count)
    }
    return withExtendedLifetime(storage) { sum }
  }
}
