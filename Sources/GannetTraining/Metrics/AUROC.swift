import Foundation
import GannetTensor

/// The area under the receiver operating characteristic: the probability that an example of a class
/// is scored above one that isn't, equal scores counting half. All scores are kept.
///
/// Of binary logits, `[N]`, `[N, 1]` or `[N, 2]`, it is that of class 1; of more classes, `[N, C]`,
/// the mean over the classes, each against all others (scikit-learn's `multi_class="ovr"`,
/// `average="macro"`). Logits are ranked as their softmax ranks them, by log-odds, which don't round
/// to 1.
///
/// A class that has no example, or all, has no area: NaN, as is the mean over it. So is everything
/// after a row of logits with a NaN, which has no rank.
public struct AUROC: Metric, Sendable {
  private let ignoredLabel: Int?
  private var labels: [Int32] = []
  /// By class, that of class 1 alone for two.
  private var scores: [[Float]] = []
  private var classCount: Int?

  /// - Parameter ignoredLabel: A label, in range or not, that counts nothing: padding.
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

  /// The area of each class, that of class 1 alone for two; empty before the first batch.
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
  /// Of the largest, 1 - p is summed up from the others; of those, p is at most 1/2.
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

  /// The share of pairs of a member and another example in which the member has the higher score.
  private static func area(_ examples: [(score: Float, isMember: Bool)]) -> Double {
    guard !examples.contains(where: { $0.score.isNaN }) else { return .nan }
    let sorted = examples.sorted { $0.score < $1.score }
    // Twice the number of pairs, so that a half is whole.
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
