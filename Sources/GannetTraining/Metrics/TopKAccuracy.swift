import GannetTensor

/// The share of examples whose label is among the k classes of the largest logits, the first of
/// equals first. A row of logits with a NaN is never right.
public struct TopKAccuracy: Metric {
  /// How many classes are looked at.
  public let k: Int
  private let ignoredLabel: Int?
  private var right = 0
  private var counted = 0

  /// - Parameters:
  ///   - k: From 1 to the number of classes.
  ///   - ignoredLabel: A label, in range or not, that counts nothing: padding.
  public init(_ k: Int, ignoring ignoredLabel: Int? = nil) {
    guard k > 0 else { fail("TopKAccuracy: k is \(k), expected at least 1") }
    self.k = k
    self.ignoredLabel = ignoredLabel
  }

  /// Adds logits `[N, C]`, or with more axes in front, and a label for each row.
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

  /// Right examples by counted ones; NaN without any.
  public var value: Double { counted == 0 ? .nan : Double(right) / Double(counted) }

  public mutating func reset() { (right, counted) = (0, 0) }

  /// How many classes come before `label`: all where one of the scores is NaN.
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
