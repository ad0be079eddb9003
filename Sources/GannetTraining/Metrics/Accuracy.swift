import GannetTensor

/// The accuracy: the fraction of examples whose predicted class is the label; 0 without examples.
/// Rows of logits with a NaN count as wrong.
///
/// - Parameters:
///   - logits: `[N, C]` or `[..., C]`, where the first maximum of a row is the prediction; or
///     binary logits, `[N]` or `[N, 1]`, where positive ones predict class 1.
///   - labels: The class index of each row; stops unless they are in 0..<C, or 0 and 1 for binary
///     logits.
///   - ignoredLabel: A label, in range or not, to ignore, such as that of padding; none by default.
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
  /// The predicted class of each row of logits, as in ``accuracy(_:_:ignoring:)``, or -1 for rows
  /// with a NaN; stops where `labels` has another shape or an unknown class.
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
    // A NaN is the maximum of its row.
    return argmax(along: -1).scalars.enumerated().map { row, prediction in
      scalars[row * Int(classCount) + Int(prediction)].isNaN ? -1 : prediction
    }
  }
}
