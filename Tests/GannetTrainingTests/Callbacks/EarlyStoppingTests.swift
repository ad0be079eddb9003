import GannetData
import GannetModels
import GannetNN
import GannetTensor
import GannetTraining
import TestSupport
import Testing

@Suite("Early stopping")
struct EarlyStoppingTests {
  @Test("training ends after as many epochs without a better value as it has patience")
  func patience() throws {
    // A learning rate of 0 never gets better after the first epoch.
    let model = TrainerTests.network()
    let stopping = EarlyStopping(patience: 3)
    let trainer = Trainer(
      model, optimizer: SGD(model.parameters, learningRate: 0),
      loss: .classification, callbacks: [stopping], showsProgress: false)
    let loader = TrainerTests.task()
    let history = try trainer.fit(loader, validation: loader, epochs: 50)
    #expect(history.epochs.count >= 4)
    #expect(history.epochs.count - 1 - (try #require(stopping.best?.epoch)) == 3)
  }

  @Test("a margin and a goal decide what is better")
  func goals() throws {
    let model = TrainerTests.network()
    // No accuracy is better than another by 2.
    let stopping = EarlyStopping(.accuracy, goal: .maximum, patience: 1, margin: 2)
    let loader = TrainerTests.task()
    let trainer = TrainerTests.trainer(model, callbacks: [stopping])
    #expect(try trainer.fit(loader, validation: loader, epochs: 9).epochs.count == 2)
  }
}

extension EarlyStoppingTests {
  private static func stagnating(_ value: Double = 1, patience: Int = 3) -> Trainer<Examples> {
    let model = TrainerTests.network()
    return Trainer(
      model, optimizer: SGD(model.parameters, learningRate: 0),
      loss: Objective(
        loss: { crossEntropy($0($1.inputs), $1.targets) },
        measurements: { _, _ in [("loss", value)] }),
      callbacks: [EarlyStopping(patience: patience)], showsProgress: false)
  }

  @Test("a training that it has ended is not gone on with, in portions or resumed")
  func remembers() throws {
    let loader = TrainerTests.task()
    let trainer = Self.stagnating()
    for epochs in 1...20 { try trainer.fit(loader, validation: loader, epochs: epochs) }
    #expect(trainer.history.epochs.count == 4)
    #expect(trainer.stepCount == 24)
    for _ in 0..<3 {
      let resumed = Self.stagnating()
      try resumed.resume(trainer.checkpoint())
      try resumed.fit(TrainerTests.task(), validation: loader, epochs: 50)
      #expect(resumed.history.epochs.count == 4)
      #expect(resumed.stepCount == 24)
    }
    let patient = Self.stagnating(patience: 5)
    try patient.resume(trainer.checkpoint())
    try patient.fit(loader, validation: loader, epochs: 50)
    #expect(patient.history.epochs.count == 6)
  }

  @Test("NaN is never better, in the first epochs either", arguments: [1, 2, 5])
  func notANumber(patience: Int) throws {
    let loader = TrainerTests.task()
    let trainer = Self.stagnating(.nan, patience: patience)
    try trainer.fit(loader, validation: loader, epochs: 50)
    #expect(trainer.history.epochs.count == patience)
  }

  @Test("epochs that were not evaluated don't count")
  func withoutValidation() throws {
    let loader = TrainerTests.task()
    let trainer = Self.stagnating(patience: 2)
    let callbacks = trainer.callbacks
    trainer.callbacks = []
    try trainer.fit(loader, epochs: 4)
    trainer.callbacks = callbacks
    try trainer.fit(loader, validation: loader, epochs: 50)
    #expect(trainer.history.epochs.count == 4 + 3)
  }
}
