import Foundation

/// The mean that an evaluation takes of the measurements of its batches.
public enum EvaluationMean: Sendable {
  /// The mean over batches: a smaller last batch counts as much as the others. It is the book's.
  case overBatches
  /// The mean over examples, or over tokens for language models, by ``Objective/weight``: it does
  /// not depend on the batch size.
  case overExamples
}

/// A mean of values with weights.
struct WeightedMean {
  private let isGeometric: Bool
  private var sum = 0.0
  private var weight = 0.0

  init(isGeometric: Bool = false) { self.isGeometric = isGeometric }

  mutating func add(_ value: Double, weight: Double) {
    sum += weight * (isGeometric ? log(value) : value)
    self.weight += weight
  }

  var value: Double { isGeometric ? exp(sum / weight) : sum / weight }
}
