import Foundation
import GannetTensor

/// The perplexity, exp of the mean cross-entropy in nats: the effective number of equally likely
/// tokens that a model chooses from. A NaN makes it NaN.
public struct Perplexity: Metric {
  private let ignoredLabel: Int?
  private var sum = 0.0
  private var count = 0

  /// - Parameter ignoredLabel: A label, in range or not, to ignore, such as that of padding; none
  ///   by default.
  public init(ignoring ignoredLabel: Int? = nil) { self.ignoredLabel = ignoredLabel }

  /// Adds logits, `[..., C]`, with a label for each row.
  public mutating func update(predictions: Tensor, targets: IntTensor) {
    let classes = predictions.rowLength(for: targets, ignoring: ignoredLabel, "Perplexity")
    guard targets.count > 0 else { return }
    let losses = crossEntropy(
      predictions.detached().reshaped(to: [targets.count, classes]), targets.flattened(),
      ignoring: ignoredLabel, reduction: .none)
    for (loss, label) in zip(losses.scalars, targets.scalars) where ignoredLabel != Int(label) {
      sum += Double(loss)
      count += 1
    }
  }

  public var value: Double { count == 0 ? .nan : exp(sum / Double(count)) }

  public mutating func reset() { (sum, count) = (0, 0) }
}
