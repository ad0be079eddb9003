import GannetTensor

/// A confusion matrix: counts of examples by label and predicted class.
public struct ConfusionMatrix: Metric, Sendable, Equatable {
  /// Counts by label, then by prediction.
  public private(set) var counts: [[Int]]
  /// The number of examples of each label without a prediction, since a logit is NaN; they count in
  /// the total and as false negatives.
  public private(set) var unclassified: [Int]

  /// Makes an empty matrix for `classes` classes.
  public init(classes: Int) {
    guard classes > 0 else { fail("ConfusionMatrix: \(classes) classes") }
    counts = Array(repeating: Array(repeating: 0, count: classes), count: classes)
    unclassified = Array(repeating: 0, count: classes)
  }

  /// Counts the predictions of logits, `[N, C]`, or binary ones of two classes, `[N]` or `[N, 1]`,
  /// for their labels, `[N]`.
  public mutating func update(predictions: Tensor, targets: IntTensor) {
    let classCount = predictions.rank == 2 ? max(2, predictions.shape[1]) : 2
    guard (1...2).contains(predictions.rank), classCount == counts.count else {
      failShapes("ConfusionMatrix", predictions.shape, targets.shape)
    }
    let classes = predictions.predictedClasses(for: targets, "ConfusionMatrix")
    for (label, prediction) in zip(targets.scalars, classes) {
      if prediction < 0 {
        unclassified[Int(label)] += 1
      } else {
        counts[Int(label)][Int(prediction)] += 1
      }
    }
  }

  /// The number of examples.
  public var total: Int { counts.joined().reduce(0, +) + unclassified.reduce(0, +) }

  /// The accuracy, the fraction of examples on the diagonal; NaN without examples.
  public var accuracy: Double {
    let right = counts.indices.reduce(0) { $0 + counts[$1][$1] }
    return total == 0 ? .nan : Double(right) / Double(total)
  }

  /// The metric's value: the ``accuracy``.
  public var value: Double { accuracy }

  public mutating func reset() { self = ConfusionMatrix(classes: counts.count) }

  /// The precision of each class: the fraction of its predictions that are right; 0 without
  /// predictions.
  public var precision: [Double] { byClass.precision }

  /// The recall of each class: the fraction of its examples that are predicted right; 0 without
  /// examples.
  public var recall: [Double] { byClass.recall }

  /// The F1 score of each class, the harmonic mean of precision and recall.
  public var f1: [Double] { byClass.f1 }

  private var byClass: ClassCounts {
    ClassCounts(
      found: counts.indices.map { counts[$0][$0] },
      predicted: counts.indices.map { column in counts.reduce(0) { $0 + $1[column] } },
      labelled: counts.indices.map { counts[$0].reduce(unclassified[$0], +) })
  }
}

extension ConfusionMatrix: CustomStringConvertible {
  /// A table: labels down, predictions across.
  public var description: String {
    let width = max(4, String(total).count) + 1
    func cell(_ text: String) -> String {
      String(repeating: " ", count: max(0, width - text.count)) + text
    }
    let header = cell("") + counts.indices.map { cell("\($0)") }.joined()
    let rows = counts.enumerated().map { label, row in
      cell("\(label)") + row.map { cell("\($0)") }.joined()
    }
    return ([header] + rows).joined(separator: "\n")
  }
}
