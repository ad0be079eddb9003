import GannetTensor

/// The buffers of a model after each of a rank's parts of a step, such as running statistics: a step
/// sets those that changed to the means over all parts.
struct PartBuffers {
  private let parts: [[Tensor]?]
  private let before: [Tensor]
  /// 1 for each buffer that changed in a part of this rank, and 0 for the others.
  let marks: [Double]

  /// - Parameters:
  ///   - parts: The buffers after each part; nil for a part without examples.
  ///   - before: The buffers before the step.
  init(_ parts: [[Tensor]?], before: [Tensor]) {
    self.parts = parts
    self.before = before
    // A change gives a buffer other storage, since the storage before is still in use.
    marks = before.indices.map { index in
      parts.contains { $0.map { $0[index].storage !== before[index].storage } ?? false } ? 1 : 0
    }
  }

  /// The mean of each buffer that changed on a rank, nil for the others.
  ///
  /// - Parameters:
  ///   - marks: The ``marks`` of all ranks.
  ///   - partCount: The number of parts with examples.
  func means(
    _ marks: [ArraySlice<Double>], partCount: Int, over distribution: any Distribution
  ) -> [Tensor?] {
    let changed = before.indices.filter { index in
      marks.contains { $0[$0.startIndex + index] == 1 }
    }
    guard !changed.isEmpty else { return before.map { _ in nil } }
    var sums = PartSums()
    for part in parts.dropLast() { sums.add(changed.map { part?[$0] }) }
    let own = changed.enumerated().map { place, index in
      sums.total(at: place, adding: parts.last!?[index]) ?? Tensor(zeros: before[index].shape)
    }
    let totals = distribution.allReduce(own, for: "the means of the buffers")
    var means: [Tensor?] = before.map { _ in nil }
    for (index, total) in zip(changed, totals) { means[index] = total / Float(partCount) }
    return means
  }
}
