extension Tensor {
  /// This tensor with `value` put around it: along axis i `before[i]` times in front of the elements
  /// and `after[i]` times behind them.
  ///
  ///     images.padded(before: [0, 0, 2, 2], after: [0, 0, 2, 2])  // [N, C, H + 4, W + 4]
  public func padded(before: [Int], after: [Int], with value: Float = 0) -> Tensor {
    guard before.count == rank, after.count == rank, (before + after).allSatisfy({ $0 >= 0 }) else {
      fail("padded: \(before) before and \(after) after shape \(shape)")
    }
    let sizes = (0..<rank).map { before[$0] + shape[$0] + after[$0] }
    let inside = (0..<rank).map { before[$0]..<before[$0] + shape[$0] }
    let layout: Layout = layout == .channelsLast ? .channelsLast : .rowMajor
    let result = Tensor(uninitialized: Shape(sizes), layout: layout)
    withExtendedLifetime(result.storage) {
      result.pointer.update(repeating: value, count: result.count)
    }
    result.cut(to: inside).overwrite(with: self)
    return result.recorded("pad", [node]) { gradient in [gradient.cut(to: inside)] }
  }
}
