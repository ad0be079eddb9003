import GannetData
import GannetModels
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
      ["f1": F1Score(.macro), "auroc": AUROC(), "accuracy": Accuracy()])
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
      loss: { model, batch in model(batch.inputs).mean() }, showsProgress: false)
    trainer.metrics = EvaluationMetrics(["mae": MeanAbsoluteError()]) {
      (model($0.inputs), Tensor(zeros: [$0.targets.count, 1]))
    }
    let expected = abs(model(HashSequence.tensor([50, 4], seed: 1))).mean().scalar
    let found = try #require(try trainer.evaluate(loader)["mae"])
    #expect(abs(found - Double(expected)) < 1e-6)
  }

  @Test("one forward pass of a batch serves the loss, the accuracy and all metrics")
  func oneForwardPass() throws {
    let model = Counting()
    let trainer = Trainer(
      model, optimizer: SGD(model.parameters, learningRate: 0), loss: .classification,
      showsProgress: false)
    let measured = try trainer.evaluate(loader)
    #expect(model.callCount == 4)
    trainer.metrics = EvaluationMetrics(["accuracy": Accuracy(), "auroc": AUROC()])
    model.callCount = 0
    #expect(try trainer.evaluate(loader)["loss"] == measured["loss"])
    #expect(model.callCount == 4)
  }

  @Test("a language model's perplexity is that of all tokens, from the logits of its loss")
  func perplexity() throws {
    let model = withRandomSeed(1) { LanguageModel(GRU(6, 4)) }
    let windows = TokenWindows((0..<60).map { $0 % 5 + 1 }, steps: 7)
    let trainer = Trainer(
      model, optimizer: SGD(model.parameters, learningRate: 0), loss: .nextToken,
      showsProgress: false)
    trainer.metrics = EvaluationMetrics(["all": Perplexity()])
    let batches = DataLoader(windows, batchSize: 20)
    let all = DataLoader(windows, batchSize: windows.count)
    let found = try trainer.evaluate(batches)
    let expected = try #require(try trainer.evaluate(all)["perplexity"])
    #expect(abs(try #require(found["all"]) - expected) < 1e-5)
    #expect(found["perplexity"] != found["all"])
  }

  @Test("metrics of predictions stop where a closure gives only a loss")
  func withoutPredictions() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let model = Linear(4, 2)
      let trainer = Trainer<Batch<Tensor, IntTensor>>(
        model, optimizer: SGD(model.parameters, learningRate: 0),
        loss: { model, batch in model(batch.inputs).mean() }, showsProgress: false)
      trainer.metrics = EvaluationMetrics(["accuracy": Accuracy()])
    }
    expectMessage(result, "Trainer.metrics: the objective gives no predictions")
  }
}

/// A linear layer that counts its forward passes.
private final class Counting: Layer {
  let linear = Linear(4, 2)
  var callCount = 0

  func callAsFunction(_ x: Tensor) -> Tensor {
    callCount += 1
    return linear(x)
  }
}
