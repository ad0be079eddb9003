extension Tensor {
  /// Splits projections, `[N, T, (H1 + H2 + ...) D]`, into groups of heads, `[N, H1, T, D]`, `[N, H2,
  /// T, D]` and so on, which are views.
  ///
  /// One step of the tape: the groups' gradients go into one tensor, which is the projections'
  /// gradient. There are no second derivatives.
  ///
  /// - Parameters:
  ///   - counts: The number of heads in each group.
  ///   - size: The size D of a head.
  package func splitHeads(_ counts: [Int], size: Int) -> [Tensor] {
    if let trace = Trace.current {
      return trace.record(HeadSplitOperation(counts: counts, size: size), [.tensor(self)])
        .map(\.tensor)
    }
    let total = counts.reduce(0, +)
    guard rank == 3, shape[2] == total * size else {
      failShape("splitHeads", shape, expected: "[N, T, \(total) * \(size)]")
    }
    let heads: Shape = [shape[0], shape[1], total, size]
    let ranges = heads.ranges(ofSizes: counts, along: 2)
    let whole = detached().reshaped(to: heads)
    let groups = ranges.map { whole.sliced($0, along: 2).permuted([0, 2, 1, 3]) }
    let own = shape
    return GannetTensor.recorded("splitHeads", results: groups, [node]) { gradients, _ in
      let result = Tensor(uninitialized: heads)
      for (range, gradient) in zip(ranges, gradients) {
        let part = result.sliced(range, along: 2).permuted([0, 2, 1, 3])
        part.overwrite(with: gradient ?? Tensor(0))
      }
      return [result.reshaped(to: own)]
    }
  }
}
