import GannetTensor

extension Tensor {
  /// The predicted class of each row of logits, as in ``accuracy(_:_:ignoring:)``, or -1 for rows
  /// with a NaN; stops where `labels` has another shape or an unknown class.
  func predictedClasses(
    for labels: IntTensor, ignoring ignoredLabel: Int? = nil, _ operation: StaticString
  ) -> [Int32] {
    let classCount = classCount(for: labels, ignoring: ignoredLabel, operation)
    guard count > 0 else { return [] }
    let scalars = scalars
    if count == labels.count, classCount == 2 {
      return scalars.map { $0.isNaN ? -1 : $0 > 0 ? 1 : 0 }
    }
    // A NaN is the maximum of its row.
    return argmax(along: -1).scalars.enumerated().map { row, prediction in
      scalars[row * classCount + Int(prediction)].isNaN ? -1 : prediction
    }
  }

  /// The number of classes of logits, 2 for binary ones, `[N]` or `[N, 1]`; stops where `labels`
  /// has another shape or an unknown class.
  func classCount(
    for labels: IntTensor, ignoring ignoredLabel: Int?, _ operation: StaticString
  ) -> Int {
    let isBinary = rank == 1 || rank > 0 && shape[rank - 1] == 1 && count == labels.count
    let wanted = rank == 0 ? nil : rank == 1 ? shape : shape.removing(rank - 1)
    guard labels.shape == wanted || isBinary && labels.shape == shape else {
      failShapes(operation, shape, labels.shape)
    }
    let classCount = isBinary ? 2 : shape[rank - 1]
    labels.checkClasses(classCount, shape, ignoring: ignoredLabel, operation)
    return classCount
  }

  /// The row length C of logits, `[..., C]`; stops where `labels` has another shape.
  func rowLength(
    for labels: IntTensor, ignoring ignoredLabel: Int?, _ operation: StaticString
  ) -> Int {
    guard rank >= 2, labels.shape == shape.removing(rank - 1) else {
      failShapes(operation, shape, labels.shape)
    }
    labels.checkClasses(shape[rank - 1], shape, ignoring: ignoredLabel, operation)
    return shape[rank - 1]
  }
}

extension IntTensor {
  /// Stops at a label that is not a class of logits of `shape`.
  fileprivate func checkClasses(
    _ classCount: Int, _ shape: Shape, ignoring ignoredLabel: Int?, _ operation: StaticString
  ) {
    let label = scalars.first {
      !(0..<classCount).contains(Int($0)) && ignoredLabel != Int($0)
    }
    if let label {
      fail("\(operation): label \(label) is not in 0..<\(classCount), for logits of shape \(shape)")
    }
  }
}
