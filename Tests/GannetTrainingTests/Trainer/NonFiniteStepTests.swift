import Foundation
import GannetData
import GannetNN
import GannetTensor
import GannetTraining
import TestSupport
import Testing

@Suite("Steps that are not finite")
struct NonFiniteStepTests {
  private static let optimizers: [@Sendable (Parameters) -> Optimizer] = [
    { SGD($0, learningRate: 0.1, momentum: 0.9) }, { Adam($0, learningRate: 0.01) },
    { Shampoo($0, learningRate: 0.1) },
  ]

  @Test(
    "a gradient that is not finite changes nothing and is named", arguments: 0..<3,
    [nil, 1] as [Float?])
  func gradient(kind: Int, clipNorm: Float?) throws {
    let (sound, faulty) = (
      FaultyTraining(clipNorm: clipNorm, Self.optimizers[kind]),
      FaultyTraining(clipNorm: clipNorm, Self.optimizers[kind])
    )
    faulty.poisoned = [2]
    let batches = Array(TrainerTests.task())
    for batch in batches[..<2] {
      try sound.trainer.step(batch)
      try faulty.trainer.step(batch)
    }
    let before = try faulty.state
    let error = #expect(throws: TrainingError.self) { try faulty.trainer.step(batches[2]) }
    guard case .gradient(let loss, let names) = error?.kind else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(loss.isFinite && names.contains("0.weight") && names.contains("4.bias"))
    #expect(error?.step == 2)
    #expect(error?.description.contains("gradient of 0.weight") == true)
    #expect(error?.description.contains("skipsNonFiniteSteps") == true)
    #expect(try faulty.state == before)
    for batch in batches[2...] {
      try sound.trainer.step(batch)
      try faulty.trainer.step(batch)
    }
    #expect(try faulty.state == sound.state)
  }

  @Test("a loss that is not finite leaves running statistics and random streams as they were")
  func loss() throws {
    let training = FaultyTraining()
    let batch = try #require(Array(TrainerTests.task()).first)
    try training.trainer.step(batch)
    let before = try training.state
    let bad = Batch(inputs: batch.inputs * Tensor(.nan), targets: batch.targets)
    let error = #expect(throws: TrainingError.self) { try training.trainer.step(bad) }
    #expect(error?.loss?.isNaN == true)
    #expect(try training.state == before)
  }

  @Test("parameters that were broken before are named by the loss's error")
  func brokenBefore() throws {
    let training = FaultyTraining()
    training.model.parameters[0].value = Tensor(repeating: .infinity, shape: [16, 4])
    let batch = try #require(Array(TrainerTests.task()).first)
    let error = #expect(throws: TrainingError.self) { try training.trainer.step(batch) }
    #expect(error?.description.contains("before it already, 0.weight had values") == true)
  }

  @Test("a gradient of 3e38 is finite, clipped or not", arguments: [nil, 1] as [Float?])
  func largeGradient(clipNorm: Float?) throws {
    let layer = Linear(1, 2)
    let trainer = Trainer<Float>(
      layer, optimizer: SGD(layer.parameters, learningRate: 0),
      loss: { model, x in (model.weight.value * 1e-3 * x).sum() }, clipNorm: clipNorm,
      showsProgress: false)
    for scale: Float in [3e38, -3e38] { try trainer.step(scale) }
    #expect(trainer.stepCount == 2)
  }

  @Test("skipped batches are counted, and a checkpoint of the middle knows of them")
  func skipping() throws {
    let training = FaultyTraining { SGD($0, learningRate: 0.1) }
    let trainer = training.trainer
    training.poisoned = [1, 4]
    trainer.skipsNonFiniteSteps = true
    var losses: [Double] = []
    var seen: [TrainingProgress] = []
    let watcher = SkipWatcher()
    trainer.callbacks = [
      watcher,
      Hooks(onStep: {
        losses.append($0.loss)
        seen.append($0)
      }), Scheduling(Schedule { 1 / Double($0 + 2) }, by: .step),
    ]
    try trainer.fit(TrainerTests.task(), epochs: 1)
    let epoch = trainer.history.epochs[0]
    #expect(epoch.skippedBatches == 2)
    #expect(epoch.trainingLoss == losses.reduce(0, +) / 4)
    #expect(trainer.stepCount == 4)
    #expect(trainer.optimizer.learningRate == Float(1) / 6)
    #expect(seen.map(\.batch) == [0, 2, 3, 5])
    #expect(seen.map(\.step) == [0, 1, 2, 3])
    #expect(seen.map(\.skippedBatches) == [0, 1, 1, 2])
    #expect(watcher.errors.map(\.step) == [1, 3])

    watcher.stopsAtSkip = true
    training.poisoned = [7]
    try trainer.fit(TrainerTests.task(), epochs: 2)
    #expect(trainer.stepCount == 5)
    let state = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).safetensors")
    defer { try? FileManager.default.removeItem(at: state) }
    try trainer.save(to: state)
    let second = FaultyTraining { SGD($0, learningRate: 0.1) }.trainer
    try second.resume(from: state)
    try second.fit(TrainerTests.task(), epochs: 2)
    #expect(second.stepCount == 9)
    #expect(second.history.epochs.map(\.skippedBatches) == [2, 1])
  }

  @Test("an epoch in which every batch is skipped ends the training, and is in no history")
  func allSkipped() throws {
    let training = FaultyTraining()
    training.poisoned = Set(0..<6)
    training.trainer.skipsNonFiniteSteps = true
    let loader = TrainerTests.task()
    let error = #expect(throws: TrainingError.self) { try training.trainer.fit(loader, epochs: 1) }
    #expect(error?.kind == .allSkipped(6))
    #expect(training.trainer.history.epochs.isEmpty)
    try training.trainer.fit(loader, epochs: 1)
    #expect(training.trainer.history.epochs.map(\.skippedBatches) == [0])
  }
}

private final class SkipWatcher: Callback {
  var errors: [TrainingError] = []
  var stopsAtSkip = false

  func stepWasSkipped(_ training: any Training, _ error: TrainingError) {
    errors.append(error)
    if stopsAtSkip { training.stop() }
  }
}
