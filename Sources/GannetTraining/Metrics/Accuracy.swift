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
  var accuracy = Accuracy(ignoring: ignoredLabel)
  accuracy.update(predictions: logits, targets: labels)
  return accuracy.counted == 0 ? 0 : accuracy.value
}

/// The accuracy of all batches, from logits and labels as in ``accuracy(_:_:ignoring:)``.
public struct Accuracy: Metric {
  private let ignoredLabel: Int?
  private var right = 0
  private(set) var counted = 0

  /// - Parameter ignoredLabel: A label, in range or not, to ignore, such as that of padding; none
  ///   by default.
  public init(ignoring ignoredLabel: Int? = nil) { self.ignoredLabel = ignoredLabel }

  public mutating func update(predictions: Tensor, targets: IntTensor) {
    let predicted = predictions.predictedClasses(for: targets, ignoring: ignoredLabel, "accuracy")
    for (prediction, label) in zip(predicted, targets.scalars) where ignoredLabel != Int(label) {
      counted += 1
      if prediction == label { right += 1 }
    }
  }

  /// The fraction of right predictions; NaN without examples.
  public var value: Double { counted == 0 ? .nan : Double(right) / Double(counted) }

  public mutating func reset() { (right, counted) = (0, 0) }
}
