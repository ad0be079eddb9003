import GannetTensor

/// Counts by class, from which precision, recall and F1 follow.
struct ClassCounts {
  /// How many examples of each class were found, predicted and labelled.
  private(set) var found: [Int]
  private(set) var predicted: [Int]
  private(set) var labelled: [Int]

  init(found: [Int], predicted: [Int], labelled: [Int]) {
    self.found = found
    self.predicted = predicted
    self.labelled = labelled
  }

  /// Counts of `classes` classes that are all 0.
  init(classes: Int) {
    let zeros = Array(repeating: 0, count: classes)
    self.init(found: zeros, predicted: zeros, labelled: zeros)
  }

  /// Counts an example; `prediction` is negative where no class is predicted.
  mutating func add(prediction: Int, label: Int) {
    labelled[label] += 1
    if prediction >= 0 { predicted[prediction] += 1 }
    if prediction == label { found[label] += 1 }
  }

  var classCount: Int { found.count }
  var total: Int { labelled.reduce(0, +) }

  /// All classes as one.
  var together: ClassCounts {
    ClassCounts(found: [found.reduce(0, +)], predicted: [predicted.reduce(0, +)], labelled: [total])
  }

  /// Of the examples that are predicted to be of a class, the share that are; 0 without any.
  var precision: [Double] { zip(found, predicted).map(Self.share) }

  /// Of the examples of a class, the share that are found; 0 without any.
  var recall: [Double] { zip(found, labelled).map(Self.share) }

  /// The harmonic means of precision and recall; 0 without any.
  var f1: [Double] {
    found.indices.map { Self.share(2 * found[$0], of: predicted[$0] + labelled[$0]) }
  }

  private static func share(_ part: Int, of whole: Int) -> Double {
    whole == 0 ? 0 : Double(part) / Double(whole)
  }
}
