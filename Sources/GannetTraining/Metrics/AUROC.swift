import Foundation
import GannetTensor

/// The area under the receiver operating characteristic: the probability that a positive example
/// has a higher score than a negative one, where equal scores count half. All scores are stored.
///
/// For binary logits, `[N]`, `[N, 1]` or `[N, 2]`, it is that of class 1; for more classes, `[N,
/// C]`, the mean over the classes, one against the rest (scikit-learn's `multi_class="ovr"`,
/// `average="macro"`). Logits are ranked by the log-odds of their softmax, which do not saturate.
///
/// It is NaN if a class has no example or all of them, and after a row of logits with a NaN.
public struct AUROC: Metric, Sendable {
  private let ignoredLabel: Int?
  private var labels: [Int32] = []
  /// The scores by class; for two classes, only those of class 1.
  private var scores: [[Float]] = []
  private var classCount: Int?

  /// - Parameter ignoredLabel: A label, in range or not, to ignore, such as that of padding; none
  ///   by default.
  public init(ignoring ignoredLabel: Int? = nil) { self.ignoredLabel = ignoredLabel }

  public mutating func update(predictions: Tensor, targets: IntTensor) {
    let classes = predictions.classCount(for: targets, ignoring: ignoredLabel, "AUROC")
    guard classes >= 2, classes == classCount ?? classes else {
      failShape("AUROC", predictions.shape, expected: "\(classCount ?? 2) classes or more")
    }
    if classCount == nil {
      classCount = classes
      scores = Array(repeating: [], count: classes == 2 ? 1 : classes)
    }
    let logits = predictions.scalars
    let width = predictions.count == targets.count ? 1 : classes
    for (row, label) in targets.scalars.enumerated() where ignoredLabel != Int(label) {
      labels.append(label)
      append(logits[row * width..<(row + 1) * width].map(Double.init))
    }
  }

  /// The area of class 1, or the mean over more than two classes.
  public var value: Double {
    let areas = byClass
    return areas.isEmpty ? .nan : areas.reduce(0, +) / Double(areas.count)
  }

  /// The area of each class, for two classes only that of class 1; empty before the first batch.
  public var byClass: [Double] {
    scores.indices.map { number in
      let wanted = Int32(scores.count == 1 ? 1 : number)
      return Self.area(zip(scores[number], labels).map { ($0, $1 == wanted) })
    }
  }

  public mutating func reset() { self = AUROC(ignoring: ignoredLabel) }

  private mutating func append(_ logits: [Double]) {
    if scores.count == 1 {
      scores[0].append(Float(logits.count == 1 ? logits[0] : logits[1] - logits[0]))
      return
    }
    for (number, odds) in Self.logOdds(logits).enumerated() { scores[number].append(Float(odds)) }
  }

  /// log(p / (1 - p)) of the softmax of each logit.
  ///
  /// For the largest logit, 1 - p is the sum over the others, each of which has p <= 1/2.
  private static func logOdds(_ logits: [Double]) -> [Double] {
    guard let largest = logits.indices.max(by: { logits[$0] < logits[$1] }),
      !logits.contains(where: \.isNaN)
    else { return logits.map { _ in .nan } }
    let shifted = logits.map { $0 - logits[largest] }
    let others = shifted.indices.reduce(0) { $0 + ($1 == largest ? 0 : exp(shifted[$1])) }
    return shifted.enumerated().map { index, logit in
      if index == largest { return -log(others) }
      let logProbability = logit - log1p(others)
      return logProbability - log1p(-exp(logProbability))
    }
  }

  /// The fraction of pairs of a positive and a negative example in which the positive one has the
  /// higher score.
  private static func area(_ examples: [(score: Float, isMember: Bool)]) -> Double {
    guard !examples.contains(where: { $0.score.isNaN }) else { return .nan }
    let sorted = examples.sorted { $0.score < $1.score }
    // Counts pairs twice, so that halves are integers.
    var (won, members, others) = (0, 0, 0)
    var start = 0
    while start < sorted.count {
      var end = start
      var (membersHere, othersHere) = (0, 0)
      while end < sorted.count, sorted[end].score == sorted[start].score {
        if sorted[end].isMember { membersHere += 1 } else { othersHere += 1 }
        end += 1
      }
      won += membersHere * (2 * others + othersHere)
      members += membersHere
      others += othersHere
      start = end
    }
    return members == 0 || others == 0 ? .nan : Double(won) / Double(2 * members * others)
  }
}
