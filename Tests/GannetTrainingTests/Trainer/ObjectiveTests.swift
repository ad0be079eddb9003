import GannetData
import GannetNN
import GannetTensor
import GannetTraining
import TestSupport
import Testing

@Suite("Objectives")
struct ObjectiveTests {
  private let inputs = HashSequence.tensor([12, 4], seed: 7)
  private let labels = HashSequence.labels(12, classes: 2, seed: 8)

  @Test("classification into two classes is the mean binary cross-entropy of a column or a vector")
  func binaryClassification() throws {
    let layer = Linear(4, 1)
    let batch = Batch(inputs: inputs, targets: labels)
    let trainer = Trainer(
      layer, optimizer: SGD(layer.parameters, learningRate: 0), loss: .binaryClassification,
      showsProgress: false)
    let logits = layer(inputs)
    let expected = binaryCrossEntropy(logits.flattened(), Tensor(labels)).scalar
    #expect(abs(try trainer.step(batch) - Double(expected)) < 1e-6)
    let measured = try trainer.evaluate([batch])
    #expect(measured.keys.sorted() == ["accuracy", "loss"])
    #expect(measured["accuracy"] == accuracy(logits, labels))

    let flat = Sequential {
      layer
      Flatten(from: 0)
    }
    let vectors = Trainer(
      flat, optimizer: SGD(flat.parameters, learningRate: 0), loss: .binaryClassification,
      showsProgress: false)
    #expect(try vectors.evaluate([batch]) == measured)
  }

  @Test(
    "classification with probabilities as targets equals that with labels where they are certain")
  func softClassification() throws {
    let layer = Linear(4, 2)
    let certain = OneHot(classes: 2)
    var stream = RandomStream(seed: 0)
    let hard = Batch(inputs: inputs, targets: labels)
    func trainer<Batch>(_ loss: Objective<Linear, Batch>) -> Trainer<Batch> {
      Trainer(
        layer, optimizer: SGD(layer.parameters, learningRate: 0), loss: loss, showsProgress: false)
    }
    let expected = try trainer(.classification).evaluate([hard])
    let measured = try trainer(.softClassification).evaluate([certain(hard, using: &stream)])
    #expect(measured["accuracy"] == expected["accuracy"])
    #expect(abs(measured["loss"]! - expected["loss"]!) < 1e-6)
    let mixed = mixUp(hard, weight: 0.7, classes: 2)
    let loss = crossEntropy(layer(mixed.inputs), mixed.targets).scalar
    #expect(try trainer(.softClassification).step(mixed) == Double(loss))
  }

  @Test("regression is the mean squared error, also with targets as a vector")
  func regression() throws {
    let layer = Linear(4, 1)
    let targets = HashSequence.tensor([12], seed: 9)
    let trainer = Trainer(
      layer, optimizer: SGD(layer.parameters, learningRate: 0), loss: .regression,
      showsProgress: false)
    let expected = square(layer(inputs).flattened() - targets).mean().scalar
    for shape in [[12], [12, 1]] {
      let batch = Batch(inputs: inputs, targets: targets.reshaped(to: shape))
      let measured = try trainer.evaluate([batch])
      #expect(measured.keys.sorted() == ["loss"])
      #expect(abs(try #require(measured["loss"]) - Double(expected)) < 1e-6)
    }
  }

  @Test("targets of other shapes than a regression's outputs stop")
  func wrongTargets() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let layer = Linear(4, 2)
      let trainer = Trainer(
        layer, optimizer: SGD(layer.parameters, learningRate: 0), loss: .regression,
        showsProgress: false)
      try trainer.step(Batch(inputs: Tensor(zeros: [6, 4]), targets: Tensor(zeros: [2, 6])))
    }
    expectMessage(result, "meanSquaredError: shapes [6, 2] and [2, 6] don't fit")
  }

  @Test("a closure gets the trained model and takes the steps of the standard loss")
  func custom() throws {
    let (standard, own) = (TrainerTests.network(), TrainerTests.network())
    let expected = try TrainerTests.trainer(standard).fit(TrainerTests.task(), epochs: 2)
    let trainer = Trainer<Examples>(
      own, optimizer: SGD(own.parameters, learningRate: 0.5),
      loss: { model, batch in crossEntropy(model(batch.features), batch.labels) },
      showsProgress: false)
    let history = try trainer.fit(TrainerTests.task(), epochs: 2)
    #expect(history.epochs.map(\.trainingLoss) == expected.epochs.map(\.trainingLoss))
  }
}
