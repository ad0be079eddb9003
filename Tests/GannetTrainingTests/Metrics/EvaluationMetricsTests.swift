import GannetData
import GannetNN
import GannetTensor
import GannetTraining
import TestSupport
import Testing

@Suite("Metrics of a training")
struct EvaluationMetricsTests {
  /// 50 examples in batches of 16: the last one has 2.
  private let loader = DataLoader(
    TensorDataset(
      features: HashSequence.tensor([50, 4], seed: 1),
      labels: HashSequence.labels(50, classes: 2, seed: 2)),
    batchSize: 16, shuffle: false)

  @Test("they are in the history and in an evaluation by name, over all examples at once")
  func inTheHistory() throws {
    let model = TrainerTests.network()
    let trainer = TrainerTests.trainer(model)
    trainer.metrics = EvaluationMetrics(
      ["f1": F1Score(.macro), "auroc": AUROC(), "accuracy": Accuracy()], of: model)
    let history = try trainer.fit(loader, validation: loader, epochs: 2)
    let (inputs, labels) = (
      HashSequence.tensor([50, 4], seed: 1), HashSequence.labels(50, classes: 2, seed: 2)
    )
    var f1 = F1Score(.macro)
    var auroc = AUROC()
    let logits = model.evaluating { model(inputs) }
    f1.update(predictions: logits, targets: labels)
    auroc.update(predictions: logits, targets: labels)
    let last = try #require(history.epochs.last?.validation)
    #expect(last.keys.sorted() == ["accuracy", "auroc", "f1", "loss"])
    #expect(abs(try #require(last["f1"]) - f1.value) < 1e-6)
    #expect(abs(try #require(last["auroc"]) - auroc.value) < 1e-6)
    // The metric replaces the mean over the batches.
    #expect(abs(try #require(last["accuracy"]) - accuracy(logits, labels)) < 1e-6)
    #expect(try trainer.evaluate(loader) == last)
    #expect(try trainer.evaluate(loader) == last)
  }

  @Test("they compare what a closure makes of a batch, with targets of a regression")
  func regression() throws {
    let model = Linear(4, 1)
    let trainer = Trainer<Batch<Tensor, IntTensor>>(
      model, optimizer: SGD(model.parameters, learningRate: 0),
      objective: Objective(loss: { model($0.inputs).mean() }), showsProgress: false)
    trainer.metrics = EvaluationMetrics(["mae": MeanAbsoluteError()]) {
      (model($0.inputs), Tensor(zeros: [$0.targets.count, 1]))
    }
    let expected = abs(model(HashSequence.tensor([50, 4], seed: 1))).mean().scalar
    let found = try #require(try trainer.evaluate(loader)["mae"])
    #expect(abs(found - Double(expected)) < 1e-6)
  }
}
