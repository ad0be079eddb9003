import Foundation
import GannetData
import GannetModels
import GannetNN
import GannetTensor
import GannetTraining
import TestSupport
import Testing

@Suite("Validation")
struct ValidationTests {
  private final class Counter: Callback {
    var steps: [Int] = []
    func validationDidEnd(_ training: any Training, _ validation: History.Validation) {
      steps.append(training.stepCount)
      #expect(training.history.validations.last == validation)
    }
  }

  @Test("it comes every n steps, is in the history, and changes no bit of the training")
  func everySteps() throws {
    let (model, other) = (TrainerTests.network(), TrainerTests.network())
    let (counter, loader) = (Counter(), TrainerTests.task())
    let trainer = TrainerTests.trainer(model, callbacks: [counter])
    let validation = TrainerTests.task(batchSize: 32, shuffle: false)
    let history = try trainer.fit(loader, validation: validation, everySteps: 4, epochs: 3)
    #expect(history.validations.map(\.step) == [4, 8, 12, 16])
    #expect(history.validations.map(\.epoch) == [0, 1, 1, 2])
    #expect(counter.steps == [4, 8, 12, 16])
    let expected = try TrainerTests.trainer(other).fit(TrainerTests.task(), epochs: 3)
    #expect(history.epochs.map(\.trainingLoss) == expected.epochs.map(\.trainingLoss))
    // Step 12 ends an epoch.
    #expect(history.validations[2].values == history.epochs[1].validation)

    let resumed = TrainerTests.trainer(TrainerTests.network())
    try resumed.resume(trainer.checkpoint())
    #expect(resumed.history.validations == history.validations)
  }

  @Test("an older history without them is read")
  func olderHistory() throws {
    let history = try JSONDecoder().decode(History.self, from: Data(#"{"epochs": []}"#.utf8))
    #expect(history.validations.isEmpty)
  }

  @Test("an evaluation over examples doesn't depend on the batch size")
  func overExamples() throws {
    let model = TrainerTests.network()
    let trainer = TrainerTests.trainer(model)
    trainer.evaluationMean = .overExamples
    let all = try trainer.evaluate(TrainerTests.task(batchSize: 96, shuffle: false))
    let uneven = try trainer.evaluate(TrainerTests.task(batchSize: 90, shuffle: false))
    #expect(all.keys.sorted() == uneven.keys.sorted())
    for (name, value) in all { #expect(abs(try #require(uneven[name]) - value) < 1e-6, "\(name)") }
    trainer.evaluationMean = .overBatches
    let book = try trainer.evaluate(TrainerTests.task(batchSize: 90, shuffle: false))
    #expect(abs(try #require(book["loss"]) - all["loss"]!) > 1e-4)
  }

  @Test("the perplexity over examples is that of all tokens, also in windows of unequal length")
  func perplexity() throws {
    let model = withRandomSeed(1) { LanguageModel(GRU(6, 4)) }
    let tokens = (0..<90).map { $0 * $0 % 5 + 1 }
    let trainer = Trainer(
      model, optimizer: SGD(model.parameters, learningRate: 0), loss: .nextToken,
      showsProgress: false)
    trainer.evaluationMean = .overExamples
    let batches = [(3, 0..<50), (11, 0..<7)].map { steps, starts in
      TokenWindows(tokens, steps: steps).batch(at: Array(starts))
    }
    let measured = try trainer.evaluate(batches)
    let losses = batches.map { Double(model.nextTokenLoss($0).scalar) }
    let mean = (150 * losses[0] + 77 * losses[1]) / 227
    #expect(abs(try #require(measured["loss"]) - mean) < 1e-6)
    #expect(abs(try #require(measured["perplexity"]) - exp(mean)) < 1e-6)
    trainer.evaluationMean = .overBatches
    let book = try #require(try trainer.evaluate(batches)["perplexity"])
    #expect(abs(book - (exp(losses[0]) + exp(losses[1])) / 2) < 1e-6)
  }

  @Test("an interval of 0 stops")
  func badInterval() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let loader = TrainerTests.task()
      try TrainerTests.trainer(TrainerTests.network())
        .fit(loader, validation: loader, everySteps: 0, epochs: 1)
    }
    expectMessage(result, "Trainer.fit: validation every 0 steps, expected 1 or more")
  }
}
