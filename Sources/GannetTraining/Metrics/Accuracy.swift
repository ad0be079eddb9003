import GannetTensor

/// The share of examples whose predicted class is the label; 0 without any. A row of logits with a
/// NaN predicts no class, and is never right.
///
/// - Parameters:
///   - logits: `[N, C]`, or with more axes in front, of which the largest of a row is predicted,
///     the first of equals; or binary logits, `[N]` or `[N, 1]`, of which those above 0 stand for
///     the class 1.
///   - labels: A class for each row of logits, from 0 to C - 1, or 0 and 1; stops at others.
///   - ignoredLabel: A label, in range or not, that counts nothing: padding.
public func accuracy(
  _ logits: Tensor, _ labels: IntTensor, ignoring ignoredLabel: Int? = nil
) -> Double {
  let predicted = logits.predictedClasses(for: labels, ignoring: ignoredLabel, "accuracy")
  var (right, counted) = (0, 0)
  for (prediction, label) in zip(predicted, labels.scalars)
  where ignoredLabel != Int(label) {
    counted += 1
    if prediction == label { right += 1 }
  }
  return counted == 0 ? 0 : Double(right) / Double(counted)
}

extension Tensor {
  /// The class that each row of these logits predicts, as ``accuracy(_:_:ignoring:)`` takes them,
  /// -1 where one of them is NaN; stops where `labels` has another shape or a class that they don't
  /// know.
  func predictedClasses(
    for labels: IntTensor, ignoring ignoredLabel: Int? = nil, _ operation: StaticString
  ) -> [Int32] {
    let isBinary = rank == 1 || rank > 0 && shape[rank - 1] == 1 && count == labels.count
    let wanted = rank == 0 ? nil : rank == 1 ? shape : shape.removing(rank - 1)
    guard labels.shape == wanted || isBinary && labels.shape == shape else {
      failShapes(operation, shape, labels.shape)
    }
    let classCount = isBinary ? 2 : Int32(shape[rank - 1])
    if let label = labels.scalars.first(where: {
      !(0..<classCount).contains($0) && ignoredLabel != Int($0)
    }) {
      fail("\(operation): label \(label) is not in 0..<\(classCount), for logits of shape \(shape)")
    }
    guard count > 0 else { return [] }
    let scalars = scalars
    if isBinary { return scalars.map { $0.isNaN ? -1 : $0 > 0 ? 1 : 0 } }
    // A NaN is the largest of its row.
    return argmax().scalars.enumerated().map { row, prediction in
      scalars[row * Int(classCount) + Int(prediction)].isNaN ? -1 : prediction
    }
  }
}
