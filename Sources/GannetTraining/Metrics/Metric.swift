import GannetTensor

/// A metric that accumulates over batches: any division into batches gives the value of all
/// examples at once, bit for bit.
///
/// ```swift
/// var f1 = F1Score(.macro)
/// for batch in validation {
///   f1.update(predictions: model(batch.inputs), targets: batch.targets)
/// }
/// print(f1.value, f1.byClass)
/// ```
///
/// Sums are in double precision, counts are integers. Without examples the value is NaN. Values
/// equal scikit-learn's.
public protocol Metric<Targets> {
  /// `IntTensor` for labels, `Tensor` for the targets of a regression.
  associatedtype Targets
  /// Adds a batch, without recording gradients. Stops where the shapes do not match.
  mutating func update(predictions: Tensor, targets: Targets)
  /// The value over all examples since the start or the last ``Metric/reset()``.
  var value: Double { get }
  /// Resets the metric to no examples.
  mutating func reset()
}
