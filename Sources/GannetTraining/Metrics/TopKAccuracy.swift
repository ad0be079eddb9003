import GannetTensor

/// The top-k accuracy: the fraction of examples whose label is among the k largest logits, where
/// ties are ordered by class. Rows of logits with a NaN count as wrong.
public struct TopKAccuracy: Metric {
  /// The number of classes considered.
  public let k: Int
  private let ignoredLabel: Int?
  private var right = 0
  private var counted = 0

  /// - Parameters:
  ///   - k: The number of classes considered, from 1 to C.
  ///   - ignoredLabel: A label, in range or not, to ignore, such as that of padding; none by
  ///     default.
  public init(_ k: Int, ignoring ignoredLabel: Int? = nil) {
    guard k > 0 else { fail("TopKAccuracy: k is \(k), expected at least 1") }
    self.k = k
    self.ignoredLabel = ignoredLabel
  }

  /// Adds logits, `[..., C]`, with a label for each row.
  public mutating func update(predictions: Tensor, targets: IntTensor) {
    let classes = predictions.rowLength(for: targets, ignoring: ignoredLabel, "TopKAccuracy")
    guard k <= classes else {
      fail("TopKAccuracy: k is \(k), for logits of shape \(predictions.shape)")
    }
    let logits = predictions.scalars
    for (row, label) in targets.scalars.enumerated() where ignoredLabel != Int(label) {
      counted += 1
      let scores = logits[row * classes..<(row + 1) * classes]
      if Self.rank(of: Int(label), in: scores) < k { right += 1 }
    }
  }

  /// The fraction of right predictions; NaN without examples.
  public var value: Double { counted == 0 ? .nan : Double(right) / Double(counted) }

  public mutating func reset() { (right, counted) = (0, 0) }

  /// The number of classes ranked before `label`; all if a score is NaN.
  private static func rank(of label: Int, in scores: ArraySlice<Float>) -> Int {
    let own = scores[scores.startIndex + label]
    var rank = 0
    for (index, score) in scores.enumerated() {
      if score.isNaN { return scores.count }
      if score > own || score == own && index < label { rank += 1 }
    }
    return rank
  }
}
