import GannetTensor

/// How often each class was taken for each other.
public struct ConfusionMatrix: Sendable, Equatable {
  /// Counts by label, then by prediction.
  public private(set) var counts: [[Int]]
  /// The number of examples of each label that predict no class, since one of their logits is NaN;
  /// they count in the total and as not found.
  public private(set) var unclassified: [Int]

  /// An empty matrix for `classes` classes.
  public init(classes: Int) {
    guard classes > 0 else { fail("ConfusionMatrix: \(classes) classes") }
    counts = Array(repeating: Array(repeating: 0, count: classes), count: classes)
    unclassified = Array(repeating: 0, count: classes)
  }

  /// Counts the predictions of `logits`, `[N, C]`, or binary ones of two classes, `[N]` or `[N,
  /// 1]`, whose labels are `labels`, `[N]`.
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

  /// The share of examples on the diagonal; NaN without any.
  public var accuracy: Double {
    let right = counts.indices.reduce(0) { $0 + counts[$1][$1] }
    return total == 0 ? .nan : Double(right) / Double(total)
  }

  /// Of the examples taken for a class, the share that belong to it, class by class; 0 without any.
  public var precision: [Double] {
    counts.indices.map { column in
      Self.share(counts[column][column], of: counts.reduce(0) { $0 + $1[column] })
    }
  }

  /// Of the examples of a class, the share that were found, class by class; 0 without any.
  public var recall: [Double] {
    counts.indices.map {
      Self.share(counts[$0][$0], of: counts[$0].reduce(unclassified[$0], +))
    }
  }

  /// The harmonic means of precision and recall, class by class.
  public var f1: [Double] {
    zip(precision, recall).map { $0 + $1 == 0 ? 0 : 2 * $0 * $1 / ($0 + $1) }
  }

  private static func share(_ part: Int, of whole: Int) -> Double {
    whole == 0 ? 0 : Double(part) / Double(whole)
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
