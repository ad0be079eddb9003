import GannetTensor

/// A confusion matrix: counts of examples by label and predicted class.
public struct ConfusionMatrix: Sendable, Equatable {
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

  /// Adds the predictions of `logits`, `[N, C]`, or binary ones, `[N]` or `[N, 1]`, with `labels`,
  /// `[N]`.
  public mutating func add(_ logits: Tensor, _ labels: IntTensor) {
    let classCount = logits.rank == 2 ? max(2, logits.shape[1]) : 2
    guard (1...2).contains(logits.rank), classCount == counts.count else {
      failShapes("ConfusionMatrix.add", logits.shape, labels.shape)
    }
    let predictions = logits.predictedClasses(for: labels, "ConfusionMatrix.add")
    for (label, prediction) in zip(labels.scalars, predictions) {
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

  /// The precision of each class: the fraction of its predictions that are right; 0 without
  /// predictions.
  public var precision: [Double] {
    counts.indices.map { column in
      Self.share(counts[column][column], of: counts.reduce(0) { $0 + $1[column] })
    }
  }

  /// The recall of each class: the fraction of its examples that are predicted right; 0 without
  /// examples.
  public var recall: [Double] {
    counts.indices.map {
      Self.share(counts[$0][$0], of: counts[$0].reduce(unclassified[$0], +))
    }
  }

  /// The F1 score of each class, the harmonic mean of precision and recall.
  public var f1: [Double] {
    zip(precision, recall).map { $0 + $1 == 0 ? 0 : 2 * $0 * $1 / ($0 + $1) }
  }

  private static func share(_ part: Int, of whole: Int) -> Double {
    whole == 0 ? 0 : Double(part) / Double(whole)
  }
}

extension ConfusionMatrix: CustomStringConvertible {
  /// A table with a row for each label and a column for each prediction.
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
