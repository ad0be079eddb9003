import GannetTensor
import GannetTraining
import TestSupport
import Testing

/// Values of scikit-learn's, whole and in uneven batches.
@Suite("Metrics beside scikit-learn")
struct MetricFixtureTests {
  private static let classifications = [
    "binary", "binary_ties", "never_labelled", "not_a_number", "one_label", "ten", "three", "ties",
    "two",
  ]
  private static let regressions = ["column", "columns", "far_from_zero"]
  private let fixture: Fixture

  init() throws { fixture = try Fixture("metrics") }

  @Test("every case of the file is compared")
  func complete() {
    #expect(fixture.names == (Self.classifications + Self.regressions).sorted())
  }

  @Test("accuracy, precision, recall, F1 and the confusion matrix", arguments: classifications)
  func classification(name: String) {
    let (logits, labels) = examples(name)
    let classes = logits.rank == 1 ? 2 : logits.shape[1]
    expect(name, "accuracy", Accuracy(), logits, labels)
    expect(name, "accuracy", ConfusionMatrix(classes: classes), logits, labels)
    var matrix = ConfusionMatrix(classes: classes)
    matrix.update(predictions: logits, targets: labels)
    #expect(matrix.counts.joined().map(Float.init) == values(name, "confusion"))
    let averages: [(String, Averaging)] = [
      ("micro", .micro), ("macro", .macro), ("weighted", .weighted),
    ]
    for (label, averaging) in averages {
      expect(name, "precision_\(label)", Precision(averaging), logits, labels)
      expect(name, "recall_\(label)", Recall(averaging), logits, labels)
      expect(name, "f1_\(label)", F1Score(averaging), logits, labels)
    }
    expectByClass(name, "precision", Precision(.macro), logits, labels)
    expectByClass(name, "recall", Recall(.macro), logits, labels)
    expectByClass(name, "f1", F1Score(.macro), logits, labels)
    #expect(close(matrix.precision, values(name, "precision")))
    #expect(close(matrix.recall, values(name, "recall")))
    #expect(close(matrix.f1, values(name, "f1")))
  }

  @Test("the area under the curve, by class and averaged, ties included")
  func areas() {
    let names = Self.classifications.filter { fixture.tensor("\($0)/auroc") != nil }
    #expect(names.sorted() == ["binary", "binary_ties", "ten", "three", "ties", "two"])
    for name in names {
      let (logits, labels) = examples(name)
      expect(name, "auroc", AUROC(), logits, labels)
      guard logits.rank == 2, logits.shape[1] > 2 else { continue }
      var metric = AUROC()
      metric.update(predictions: logits, targets: labels)
      #expect(close(metric.byClass, values(name, "auroc_by_class")))
    }
  }

  @Test("top-k accuracy for every k, and perplexity", arguments: classifications)
  func rankings(name: String) {
    let (logits, labels) = examples(name)
    for k in 1..<11 where fixture.tensor("\(name)/top\(k)") != nil {
      expect(name, "top\(k)", TopKAccuracy(k), logits, labels)
    }
    if fixture.tensor("\(name)/perplexity") != nil {
      expect(name, "perplexity", Perplexity(), logits, labels)
    }
  }

  @Test("errors of regressions", arguments: regressions)
  func regression(name: String) {
    let inputs = fixture.inputs(name).tensors
    expect(name, "mae", MeanAbsoluteError(), inputs[0], inputs[1])
    expect(name, "mse", MeanSquaredError(), inputs[0], inputs[1])
    expect(name, "rmse", RootMeanSquaredError(), inputs[0], inputs[1])
    expect(name, "r2", R2Score(), inputs[0], inputs[1])
  }

  // MARK: Comparison

  private func expect<M: Metric>(
    _ name: String, _ key: String, _ metric: M, _ predictions: Tensor, _ targets: M.Targets,
    sourceLocation: SourceLocation = #_sourceLocation
  ) where M.Targets: Sliceable {
    var whole = metric
    whole.update(predictions: predictions, targets: targets)
    #expect(
      close([whole.value], values(name, key)),
      "\(name) \(key): \(whole.value), expected \(values(name, key))",
      sourceLocation: sourceLocation)
    for size in [1, 7, 32] {
      var parts = metric
      // A reset metric equals a new one.
      parts.update(predictions: predictions[0..<size], targets: targets[0..<size])
      parts.reset()
      #expect(parts.value.isNaN, sourceLocation: sourceLocation)
      for start in stride(from: 0, to: predictions.shape[0], by: size) {
        let rows = start..<min(start + size, predictions.shape[0])
        parts.update(predictions: predictions[rows], targets: targets[rows])
      }
      #expect(
        parts.value.bitPattern == whole.value.bitPattern, "\(name) \(key) by \(size)",
        sourceLocation: sourceLocation)
    }
  }

  private func expectByClass(
    _ name: String, _ key: String, _ metric: some ClassScore, _ logits: Tensor, _ labels: IntTensor
  ) {
    var metric = metric
    metric.update(predictions: logits, targets: labels)
    #expect(close(metric.byClass, values(name, key)), "\(name) \(key)")
  }

  private func close(_ values: [Double], _ expected: [Float]) -> Bool {
    values.count == expected.count
      && zip(values, expected).allSatisfy { abs($0 - Double($1)) <= 1e-6 * max(1, abs(Double($1))) }
  }

  private func values(_ name: String, _ key: String) -> [Float] {
    fixture.tensor("\(name)/\(key)")?.scalars ?? []
  }

  /// The logits and labels of a case, ties and NaN made as its arguments say.
  private func examples(_ name: String) -> (Tensor, IntTensor) {
    let inputs = fixture.inputs(name)
    let arguments = fixture.arguments(name)
    let (grid, missing) = (arguments["grid"] as! Int, arguments["missing"] as! Int)
    let logits = inputs.tensors[0]
    var scalars = logits.scalars
    if grid > 0 { scalars = scalars.map { ($0 * Float(grid)).rounded(.down) / Float(grid) } }
    if missing > 0 {
      for row in stride(from: 0, to: logits.shape[0], by: missing) {
        scalars[row * logits.shape[1]] = .nan
      }
    }
    return (Tensor(scalars, shape: logits.shape), inputs.integers[0])
  }
}

/// A tensor that is cut along its first axis.
protocol Sliceable {
  subscript(rows: Range<Int>) -> Self { get }
}

extension Tensor: Sliceable {}
extension IntTensor: Sliceable {}
