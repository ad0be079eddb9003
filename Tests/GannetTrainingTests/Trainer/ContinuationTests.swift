import Foundation
import GannetData
import GannetNN
import GannetTensor
import GannetTraining
import TestSupport
import Testing

/// The trainer's state after an error, and the position at which the next `fit` resumes.
@Suite("Going on after an error")
struct ContinuationTests {
  private static func losses(_ history: History) -> [Double] {
    history.epochs.map(\.trainingLoss)
  }

  @Test(
    "after a failed step the next fit goes on with its batch, to the same bits",
    arguments: [0, 4, 9])
  func failedStep(at step: Int) throws {
    let (sound, faulty) = (FaultyTraining(), FaultyTraining())
    let expected = try sound.trainer.fit(TrainerTests.task(), epochs: 2)
    faulty.poisoned = [step]
    let loader = TrainerTests.task()
    #expect(throws: TrainingError.self) { try faulty.trainer.fit(loader, epochs: 2) }
    #expect(faulty.trainer.stepCount == step)
    _ = Array(loader)  // whatever else the loader is used for
    let history = try faulty.trainer.fit(loader, epochs: 2)
    #expect(Self.losses(history) == Self.losses(expected))
    #expect(try faulty.state == sound.state)
  }

  @Test("a checkpoint after a failed step is that before it")
  func checkpointAfterFailure() throws {
    let (sound, faulty, resumed) = (FaultyTraining(), FaultyTraining(), FaultyTraining())
    try sound.trainer.fit(TrainerTests.task(), epochs: 2)
    faulty.poisoned = [8]
    #expect(throws: TrainingError.self) { try faulty.trainer.fit(TrainerTests.task(), epochs: 2) }
    try resumed.trainer.resume(faulty.trainer.checkpoint())
    try resumed.trainer.fit(TrainerTests.task(), epochs: 2)
    #expect(resumed.trainer.stepCount == 12)
    // A stream that was resumed no longer follows the seed, and says so.
    let states = try [resumed, sound].map { try $0.state.filter { !$0.key.hasPrefix("stream ") } }
    #expect(states[0] == states[1])
  }

  @Test("a callback's error in the middle of an epoch loses nothing")
  func failedCallback() throws {
    let (sound, faulty) = (FaultyTraining(), FaultyTraining())
    let expected = try sound.trainer.fit(TrainerTests.task(), epochs: 2)
    var hasFailed = false
    faulty.trainer.callbacks = [
      Hooks(onStep: {
        guard $0.step == 8, !hasFailed else { return }
        hasFailed = true
        throw PlantedError()
      })
    ]
    let loader = TrainerTests.task()
    #expect(throws: PlantedError.self) { try faulty.trainer.fit(loader, epochs: 2) }
    #expect(Self.losses(try faulty.trainer.fit(loader, epochs: 2)) == Self.losses(expected))
    #expect(try faulty.state == sound.state)
  }

  @Test("a broken epoch over a plain collection is not counted by the next fit")
  func collection() throws {
    let training = FaultyTraining()
    var losses: [Double] = []
    training.trainer.callbacks = [Hooks(onStep: { losses.append($0.loss) })]
    let batches = Array(TrainerTests.task())
    training.poisoned = [16]
    #expect(throws: TrainingError.self) { try training.trainer.fit(batches, epochs: 3) }
    let history = try training.trainer.fit(batches, epochs: 3)
    #expect(history.epochs.count == 3)
    #expect(training.trainer.stepCount == 6 + 6 + 4 + 6)
    #expect(history.epochs[2].trainingLoss == losses[16...].reduce(0, +) / 6)
    let counts = try Self.batchCounts { training in
      #expect(throws: TrainingError.self) { try training.trainer.fit(batches, epochs: 1) }
      try training.trainer.fit(batches, epochs: 1)
    }
    #expect(counts == [0, 1, 2, 0, 1, 2, 3, 4, 5])
  }

  /// The numbers of the batches of a training whose fourth step fails.
  private static func batchCounts(_ body: (FaultyTraining) throws -> Void) throws -> [Int] {
    let training = FaultyTraining()
    training.poisoned = [3]
    var counts: [Int] = []
    training.trainer.callbacks = [Hooks(onStep: { counts.append($0.batch) })]
    try body(training)
    return counts
  }

  @Test("an epoch can be begun anew with another batch size")
  func restart() throws {
    let counts = try Self.batchCounts { training in
      #expect(throws: TrainingError.self) {
        try training.trainer.fit(TrainerTests.task(), epochs: 1)
      }
      let other = TrainerTests.task(batchSize: 32)
      let error = #expect(throws: StateError.self) { try training.trainer.fit(other, epochs: 1) }
      #expect(error?.description.contains("Trainer.restartEpoch()") == true)
      training.trainer.restartEpoch()
      try training.trainer.fit(other, epochs: 1)
      #expect(training.trainer.history.epochs.count == 1)
    }
    #expect(counts == [0, 1, 2, 0, 1, 2])
  }

  @Test("an epoch whose evaluation failed is evaluated, not trained, again, also from a checkpoint")
  func failedEvaluation() throws {
    let training = FaultyTraining()
    let loader = TrainerTests.task()
    let batches = Array(TrainerTests.task())
    let error = #expect(throws: TrainingError.self) {
      try training.trainer.fit(loader, validation: onlyOnce([]), epochs: 1)
    }
    #expect(error?.kind == .emptyValidationSet)
    let resumed = FaultyTraining()
    try resumed.trainer.resume(training.trainer.checkpoint())
    for trainer in [training.trainer, resumed.trainer] {
      try trainer.fit(TrainerTests.task(), validation: batches, epochs: 1)
      #expect(trainer.stepCount == 6)
      #expect(trainer.history.epochs.count == 1)
      #expect(trainer.history.epochs[0].trainingLoss > 0.1)
      #expect(trainer.history.epochs[0].validation["loss"] != nil)
    }
  }

  @Test("an error at the end of an epoch keeps the epoch")
  func failedEpochEnd() throws {
    let training = FaultyTraining()
    var hasFailed = false
    training.trainer.callbacks = [
      Hooks(onEpoch: { _ in
        defer { hasFailed = true }
        if !hasFailed { throw PlantedError() }
      })
    ]
    let loader = TrainerTests.task()
    #expect(throws: PlantedError.self) { try training.trainer.fit(loader, epochs: 2) }
    #expect(training.trainer.history.epochs.count == 1)
    try training.trainer.fit(loader, epochs: 2)
    #expect(training.trainer.stepCount == 12)
  }

  @Test("callbacks are told of an error, and of the end even if one of them throws")
  func endings() throws {
    let training = FaultyTraining()
    let (first, last) = (Endings(), Endings())
    first.throwsAtEnd = true
    training.trainer.callbacks = [first, last]
    training.poisoned = [2]
    let loader = TrainerTests.task()
    #expect(throws: TrainingError.self) { try training.trainer.fit(loader, epochs: 1) }
    #expect(throws: PlantedError.self) { try training.trainer.fit(loader, epochs: 1) }
    #expect(first.seen == ["failed", "ended"])
    #expect(last.seen == ["failed", "ended"])
  }

  @Test("fewer epochs than are done train nothing")
  func fewerEpochs() throws {
    let training = FaultyTraining()
    let loader = TrainerTests.task()
    try training.trainer.fit(loader, epochs: 2)
    let before = try training.state
    for epochs in [2, 1, 0, -1] {
      #expect(try training.trainer.fit(loader, validation: [], epochs: epochs).epochs.count == 2)
    }
    #expect(try training.state == before)
  }

  @Test("a schedule's rate that is none ends the training by an error")
  func rates() throws {
    for rate in [Double.nan, -1, .infinity] {
      let training = FaultyTraining()
      training.trainer.callbacks = [Scheduling(Schedule { $0 < 3 ? 0.1 : rate }, by: .step)]
      let error = #expect(throws: TrainingError.self) {
        try training.trainer.fit(TrainerTests.task(), epochs: 1)
      }
      #expect(error?.step == 3)
      #expect(error?.description.contains("\(Float(rate)), expected a number from 0 up") == true)
      #expect(training.trainer.optimizer.learningRate == 0.1)
      training.trainer.callbacks = []
      try training.trainer.fit(TrainerTests.task(), epochs: 1)
      #expect(training.trainer.stepCount == 6)
    }
  }
}

@Suite("Empty sets")
struct EmptySetTests {
  private let batches = Array(TrainerTests.task())

  @Test("an empty training set is an error that keeps the training so far")
  func training() throws {
    let trainer = FaultyTraining().trainer
    let empty = DataLoader(
      TensorDataset(features: Tensor(zeros: [0, 4]), labels: IntTensor([Int32]())), batchSize: 4)
    for epochs in 0...1 {
      for error in [
        #expect(throws: TrainingError.self) { try trainer.fit([], epochs: epochs + 1) },
        #expect(throws: TrainingError.self) { try trainer.fit(empty, epochs: epochs + 1) },
      ] {
        #expect(error?.kind == .emptyTrainingSet)
        #expect(error?.description.contains("no batch in epoch \(epochs)") == true)
      }
      #expect(trainer.history.epochs.count == epochs)
      try trainer.fit(batches, epochs: epochs + 1)
    }
    let once = onlyOnce(batches)
    #expect(throws: TrainingError.self) { try trainer.fit(once, epochs: 4) }
    #expect(trainer.history.epochs.count == 3)
    #expect(trainer.history.epochs.allSatisfy { $0.trainingLoss > 0 })
  }

  @Test("an empty validation set is found before anything is trained, where it can be")
  func validation() throws {
    let trainer = FaultyTraining().trainer
    trainer.callbacks = [EarlyStopping(patience: 1)]
    let set = TensorDataset(
      features: Tensor(zeros: [8, 4]), labels: IntTensor([Int32](repeating: 0, count: 8)))
    let parts = set.randomSplit(fractions: [0.95, 0.05], seed: 1)
    #expect(parts.map(\.count) == [8, 0])
    let error = #expect(throws: TrainingError.self) {
      try trainer.fit(
        DataLoader(parts[0], batchSize: 4), validation: DataLoader(parts[1], batchSize: 4),
        epochs: 3)
    }
    #expect(error?.kind == .emptyValidationSet)
    #expect(throws: TrainingError.self) {
      try trainer.fit(batches, validation: [], epochs: 3)
    }
    #expect(trainer.stepCount == 0)
    #expect(throws: TrainingError.self) { try trainer.evaluate([]) }
    let once = onlyOnce(batches)
    #expect(throws: TrainingError.self) {
      try trainer.fit(batches, validation: once, epochs: 3)
    }
    #expect(trainer.history.epochs.count == 1)
    #expect(trainer.stepCount == 12)
  }

  @Test("a measurement that is not there is an error, not the end of the program")
  func noMeasurement() throws {
    for callback: any Callback in [
      EarlyStopping(patience: 1),
      BestCheckpoint(URL(filePath: "/dev/null/unused"), measurement: "accuracy"),
    ] {
      let trainer = FaultyTraining().trainer
      trainer.callbacks = [callback]
      let error = #expect(throws: TrainingError.self) { try trainer.fit(batches, epochs: 3) }
      #expect(error?.description.contains("there is no measurement") == true)
      #expect(error?.description.contains("there are training loss") == true)
      #expect(trainer.history.epochs.count == 1)
    }
  }

  @Test("a measurement that some batches lack is the mean over those that have it")
  func partialMeasurements() throws {
    let layer = Linear(1, 1)
    let trainer = Trainer<Double>(
      layer, optimizer: SGD(layer.parameters, learningRate: 0.1),
      loss: Objective(
        loss: { model, _ in model.weight.value.sum() },
        measurements: { [("all", $1)] + ($1 > 1 ? [("some", $1)] : []) }), showsProgress: false)
    #expect(try trainer.evaluate([1, 3]) == ["all": 2, "some": 3])
  }
}

private final class Endings: Callback {
  var seen: [String] = []
  var throwsAtEnd = false

  func trainingDidEnd(_ training: any Training) throws {
    seen.append("ended")
    if throwsAtEnd { throw PlantedError() }
  }

  func trainingDidFail(_ training: any Training, _ error: any Error) { seen.append("failed") }
}
