import GannetTensor

/// A measurement that accumulates over batches: any division into batches gives the value of all
/// examples at once, to the last bit.
///
/// ```swift
/// var f1 = F1Score(.macro)
/// for batch in validation {
///   f1.update(predictions: model(batch.inputs), targets: batch.targets)
/// }
/// print(f1.value, f1.byClass)
/// ```
///
/// Sums are held in double precision, examples are counted in integers. Without any example the
/// value is NaN. Values equal scikit-learn's.
public protocol Metric<Targets> {
  /// `IntTensor` for labels, `Tensor` for the targets of a regression.
  associatedtype Targets
  /// Adds a batch; nothing of it is recorded for gradients. Stops where the shapes don't fit.
  mutating func update(predictions: Tensor, targets: Targets)
  /// The value over all examples since the start or the last ``reset()``.
  var value: Double { get }
  /// Forgets all examples.
  mutating func reset()
}
