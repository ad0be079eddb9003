import GannetTensor

/// Counts by class for precision, recall and F1.
struct ClassCounts {
  /// The numbers of true positives, predictions and labels of each class.
  private(set) var found: [Int]
  private(set) var predicted: [Int]
  private(set) var labelled: [Int]

  init(found: [Int], predicted: [Int], labelled: [Int]) {
    self.found = found
    self.predicted = predicted
    self.labelled = labelled
  }

  /// Makes zero counts of `classes` classes.
  init(classes: Int) {
    let zeros = Array(repeating: 0, count: classes)
    self.init(found: zeros, predicted: zeros, labelled: zeros)
  }

  /// Counts an example; a negative `prediction` means no class.
  mutating func add(prediction: Int, label: Int) {
    labelled[label] += 1
    if prediction >= 0 { predicted[prediction] += 1 }
    if prediction == label { found[label] += 1 }
  }

  var classCount: Int { found.count }
  var total: Int { labelled.reduce(0, +) }

  /// The sums over all classes.
  var together: ClassCounts {
    ClassCounts(found: [found.reduce(0, +)], predicted: [predicted.reduce(0, +)], labelled: [total])
  }

  /// The precision of each class; 0 without predictions.
  var precision: [Double] { zip(found, predicted).map(Self.share) }

  /// The recall of each class; 0 without examples.
  var recall: [Double] { zip(found, labelled).map(Self.share) }

  /// The F1 score of each class, the harmonic mean of precision and recall; 0 if both are 0.
  var f1: [Double] {
    found.indices.map { Self.share(2 * found[$0], of: predicted[$0] + labelled[$0]) }
  }

  private static func share(_ part: Int, of whole: Int) -> Double {
    whole == 0 ? 0 : Double(part) / Double(whole)
  }
}
