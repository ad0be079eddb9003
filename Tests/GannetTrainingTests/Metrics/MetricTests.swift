import GannetNN
import GannetTensor
import GannetTraining
import TestSupport
import Testing

@Suite("Metrics")
struct MetricTests {
  @Test("without an example every value is NaN, after an empty batch too")
  func empty() {
    let none = IntTensor([Int]())
    for metric: any Metric<IntTensor> in [
      Accuracy(), TopKAccuracy(2), Precision(.macro), Recall(.micro), F1Score(.weighted), AUROC(),
      ConfusionMatrix(classes: 3), Perplexity(),
    ] {
      var metric = metric
      #expect(metric.value.isNaN, "\(type(of: metric))")
      metric.update(predictions: Tensor(zeros: [0, 3]), targets: none)
      #expect(metric.value.isNaN, "\(type(of: metric))")
    }
    for metric: any Metric<Tensor> in [
      MeanAbsoluteError(), MeanSquaredError(), RootMeanSquaredError(), R2Score(),
    ] {
      var metric = metric
      metric.update(predictions: Tensor(zeros: [0]), targets: Tensor(zeros: [0]))
      #expect(metric.value.isNaN, "\(type(of: metric))")
    }
  }

  @Test("the binary score is that of class 1, from one logit and from two")
  func binary() {
    let labels: IntTensor = [1, 1, 1, 0, 0]
    for logits in [
      Tensor([2, -1, 1, 3, -2]), Tensor([2, -1, 1, 3, -2], shape: [5, 1]),
      Tensor([0, 2, 0, -1, 0, 1, 0, 3, 0, -2], shape: [5, 2]),
    ] {
      #expect(value(Precision(.binary), logits, labels) == 2.0 / 3)
      #expect(value(Recall(.binary), logits, labels) == 2.0 / 3)
      #expect(value(F1Score(.binary), logits, labels) == 2.0 / 3)
      // Of the six pairs, the negative at 3 wins three, that at -2 none.
      #expect(value(AUROC(), logits, labels) == 0.5)
    }
  }

  @Test("one class only has no area, and a NaN among the logits leaves none")
  func undefinedArea() {
    #expect(value(AUROC(), Tensor([1, 2]), [1, 1]).isNaN)
    #expect(value(AUROC(), Tensor([1, 2]), [0, 0]).isNaN)
    var metric = AUROC()
    metric.update(predictions: Tensor([1, 2, 3, 0, 0, 1], shape: [2, 3]), targets: [0, 1])
    #expect(metric.byClass.map(\.isNaN) == [false, false, true])
    #expect(metric.value.isNaN)
    #expect(value(AUROC(), Tensor([1, .nan, 2]), [0, 1, 1]).isNaN)
    #expect(value(AUROC(), Tensor([1, 1, 1]), [0, 1, 1]) == 0.5)
  }

  @Test("confident logits keep their order in the area, where their softmax would round to 1")
  func confidentLogits() {
    let logits = Tensor([90, 0, 0, 80, 0, 0, 0, 50, 0, 0, 0, 50], shape: [4, 3])
    var metric = AUROC()
    metric.update(predictions: logits, targets: [0, 1, 1, 2])
    #expect(metric.byClass[0] == 1)
    let masked = Tensor([0, -.infinity, -.infinity, 1, 0, -.infinity], shape: [2, 3])
    var other = AUROC()
    other.update(predictions: masked, targets: [0, 1])
    #expect(other.byClass[0] == 1 && other.byClass[1] == 1)
  }

  @Test("a NaN is never right in the first k, and makes errors NaN")
  func notANumber() {
    let logits = Tensor([.nan, 1, 2, 3, 2, 1], shape: [2, 3])
    #expect(value(TopKAccuracy(3), logits, [1, 2]) == 0.5)
    #expect(value(Perplexity(), logits, [1, 2]).isNaN)
    let (predictions, targets) = (Tensor([1, .nan, 3]), Tensor([1, 2, 4]))
    #expect(value(MeanAbsoluteError(), predictions, targets).isNaN)
    #expect(value(RootMeanSquaredError(), predictions, targets).isNaN)
    #expect(value(R2Score(), predictions, targets).isNaN)
    #expect(value(R2Score(), Tensor([1, 2, 3]), predictions).isNaN)
  }

  @Test("equal logits are ranked by their class")
  func tiesInTopK() {
    let logits = Tensor([1, 1, 1], shape: [1, 3])
    #expect(value(TopKAccuracy(1), logits, [0]) == 1)
    #expect(value(TopKAccuracy(2), logits, [1]) == 1)
    #expect(value(TopKAccuracy(2), logits, [2]) == 0)
  }

  @Test("ignored labels count nothing; axes in front are rows")
  func ignoring() {
    let logits = Tensor([0, 1, 1, 0, 5, 0, 0, 1], shape: [2, 2, 2])
    let labels = IntTensor([1, 0, -1, 0], shape: [2, 2])
    #expect(value(Accuracy(ignoring: -1), logits, labels) == 2.0 / 3)
    #expect(value(TopKAccuracy(1, ignoring: -1), logits, labels) == 2.0 / 3)
    #expect(value(Recall(.binary, ignoring: -1), logits, labels) == 1)
    #expect(value(F1Score(.micro, ignoring: -1), logits, labels) == 2.0 / 3)
    // The positive scores 1; the negatives -1 and 1.
    #expect(value(AUROC(ignoring: -1), logits, labels) == 0.75)
    let rows = Tensor([0, 1, 1, 0, 0, 1], shape: [3, 2])
    let same = value(Perplexity(), rows, [1, 0, 0])
    #expect(value(Perplexity(ignoring: -1), logits, labels) == same)
    #expect(value(Perplexity(ignoring: 0), logits, IntTensor([0, 0, 0, 0], shape: [2, 2])).isNaN)
  }

  @Test("equal targets, and a single one, as scikit-learn has them")
  func constantTargets() {
    #expect(value(R2Score(), Tensor([2, 2]), Tensor([2, 2])) == 1)
    #expect(value(R2Score(), Tensor([2, 3]), Tensor([2, 2])) == 0)
    #expect(value(R2Score(), Tensor([2]), Tensor([1])).isNaN)
  }

  @Test("predictions on the tape record nothing")
  func recordsNothing() {
    let logits = Tensor([1, 0, 0, 1], shape: [2, 2]).requiringGradient()
    #expect(value(Perplexity(), logits * 2, [0, 1]) < 1.2)
    #expect(value(Accuracy(), logits * 2, [0, 1]) == 1)
  }

  @Test("what doesn't fit stops with the shapes")
  func misfits() async {
    let topK = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var metric = TopKAccuracy(4)
      metric.update(predictions: Tensor(zeros: [2, 3]), targets: [0, 1])
    }
    expectMessage(topK, "TopKAccuracy: k is 4, for logits of shape [2, 3]")
    let binary = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var metric = F1Score(.binary)
      metric.update(predictions: Tensor(zeros: [2, 3]), targets: [0, 1])
    }
    expectMessage(binary, "ClassScore: logits of shape [2, 3], expected two classes for .binary")
    let changed = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var metric = Recall(.macro)
      metric.update(predictions: Tensor(zeros: [2, 3]), targets: [0, 1])
      metric.update(predictions: Tensor(zeros: [2, 4]), targets: [0, 1])
    }
    expectMessage(changed, "ClassScore: logits of shape [2, 4] after 3 classes")
    let errors = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var metric = MeanSquaredError()
      metric.update(predictions: Tensor(zeros: [2, 1]), targets: Tensor(zeros: [2]))
    }
    expectMessage(errors, "MeanSquaredError: shapes [2, 1] and [2] don't fit")
  }

  private func value<M: Metric>(_ metric: M, _ predictions: Tensor, _ targets: M.Targets) -> Double
  {
    var metric = metric
    metric.update(predictions: predictions, targets: targets)
    return metric.value
  }
}
