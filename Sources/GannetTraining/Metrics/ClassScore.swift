import GannetTensor

/// The averaging of the classes' scores (scikit-learn's `average`).
public enum Averaging: Sendable {
  /// The score of class 1 in binary classification.
  case binary
  /// The score of the counts summed over all classes.
  case micro
  /// The mean over all classes, including those that never occur.
  case macro
  /// The mean over all classes, weighted by their numbers of examples.
  case weighted
}

/// A metric with a score for each class: ``Precision``, ``Recall`` and ``F1Score``.
///
/// Logits are `[..., C]`, or binary, `[N]` or `[N, 1]`; all batches must have the same number of
/// classes. A class that never occurs or is never predicted has the score 0 (scikit-learn's
/// `labels=range(C)`, `zero_division=0`). A row of logits with a NaN is a false negative.
public protocol ClassScore: Metric where Targets == IntTensor {
  /// The averaging of the classes' scores.
  var averaging: Averaging { get }
  /// The examples so far.
  var examples: ClassifiedExamples { get set }
  /// The score of each class; empty before the first batch.
  var byClass: [Double] { get }
}

/// The counted examples of a ``ClassScore``.
public struct ClassifiedExamples: Sendable {
  private let ignoredLabel: Int?
  fileprivate var counts: ClassCounts?

  init(ignoring ignoredLabel: Int?) { self.ignoredLabel = ignoredLabel }

  fileprivate mutating func add(_ logits: Tensor, _ labels: IntTensor, _ averaging: Averaging) {
    let predicted = logits.predictedClasses(for: labels, ignoring: ignoredLabel, "ClassScore")
    let classCount = logits.classCount(for: labels, ignoring: ignoredLabel, "ClassScore")
    if averaging == .binary, classCount != 2 {
      fail("ClassScore: logits of shape \(logits.shape), expected two classes for .binary")
    }
    var counts = self.counts ?? ClassCounts(classes: classCount)
    guard counts.classCount == classCount else {
      fail("ClassScore: logits of shape \(logits.shape) after \(counts.classCount) classes")
    }
    self.counts = nil
    for (prediction, label) in zip(predicted, labels.scalars) where ignoredLabel != Int(label) {
      counts.add(prediction: Int(prediction), label: Int(label))
    }
    self.counts = counts
  }

  fileprivate func average(
    _ averaging: Averaging, of scores: (ClassCounts) -> [Double]
  ) -> Double {
    guard let counts, counts.total > 0 else { return .nan }
    let byClass = scores(counts)
    switch averaging {
    case .binary: return byClass[1]
    case .micro: return scores(counts.together)[0]
    case .macro: return byClass.reduce(0, +) / Double(byClass.count)
    case .weighted:
      let sum = zip(byClass, counts.labelled).reduce(0) { $0 + $1.0 * Double($1.1) }
      return sum / Double(counts.total)
    }
  }

  mutating func reset() { counts = nil }
}

extension ClassScore {
  /// Adds the examples of a batch, of logits and labels.
  public mutating func update(predictions: Tensor, targets: IntTensor) {
    examples.add(predictions, targets, averaging)
  }

  public mutating func reset() { examples.reset() }
}

/// The precision: the fraction of a class's predictions that are right.
public struct Precision: ClassScore {
  public let averaging: Averaging
  public var examples: ClassifiedExamples

  /// - Parameters:
  ///   - averaging: The averaging of the classes' scores.
  ///   - ignoredLabel: A label, in range or not, to ignore, such as that of padding; none by
  ///     default.
  public init(_ averaging: Averaging, ignoring ignoredLabel: Int? = nil) {
    self.averaging = averaging
    examples = ClassifiedExamples(ignoring: ignoredLabel)
  }

  public var byClass: [Double] { examples.counts?.precision ?? [] }
  public var value: Double { examples.average(averaging) { $0.precision } }
}

/// The recall: the fraction of a class's examples that are predicted right.
public struct Recall: ClassScore {
  public let averaging: Averaging
  public var examples: ClassifiedExamples

  /// - Parameters:
  ///   - averaging: The averaging of the classes' scores.
  ///   - ignoredLabel: A label, in range or not, to ignore, such as that of padding; none by
  ///     default.
  public init(_ averaging: Averaging, ignoring ignoredLabel: Int? = nil) {
    self.averaging = averaging
    examples = ClassifiedExamples(ignoring: ignoredLabel)
  }

  public var byClass: [Double] { examples.counts?.recall ?? [] }
  public var value: Double { examples.average(averaging) { $0.recall } }
}

/// The F1 score, the harmonic mean of precision and recall.
public struct F1Score: ClassScore {
  public let averaging: Averaging
  public var examples: ClassifiedExamples

  /// - Parameters:
  ///   - averaging: The averaging of the classes' scores.
  ///   - ignoredLabel: A label, in range or not, to ignore, such as that of padding; none by
  ///     default.
  public init(_ averaging: Averaging, ignoring ignoredLabel: Int? = nil) {
    self.averaging = averaging
    examples = ClassifiedExamples(ignoring: ignoredLabel)
  }

  public var byClass: [Double] { examples.counts?.f1 ?? [] }
  public var value: Double { examples.average(averaging) { $0.f1 } }
}
