import Foundation
import GannetData
import GannetNN
import GannetTensor
import GannetTraining
import TestSupport
import Testing

/// Files on disk after a failure.
@Suite("Files of a training that goes wrong")
struct SavedStateTests {
  private let folder: TemporaryFolder
  private let file: URL

  init() throws {
    folder = try TemporaryFolder()
    file = folder.file("state.safetensors")
  }

  private static let damages: [@Sendable (FaultyTraining) -> String] = [
    {
      $0.model.parameters[0].value = Tensor(repeating: .nan, shape: [16, 4])
      return "0.weight"
    },
    {
      $0.model.parameters[5].value = Tensor([1, -.infinity])
      return "4.bias"
    },
    {
      let norm = $0.model[1] as! BatchNorm1D
      norm.runningVar.value = Tensor(repeating: .infinity, shape: [16])
      return "1.running_var"
    },
    {
      $0.trainer.optimizer.memories[0].tensors["second_moment"]! *= Tensor(.infinity)
      return "0.weight.second_moment"
    },
  ]

  @Test("a state that is not finite never replaces a good one", arguments: 0..<4)
  func damagedState(kind: Int) throws {
    for kindOfSaving in 0..<3 {
      let training = FaultyTraining()
      let trainer = training.trainer
      defer { trainer.callbacks = [] }  // they hold the training
      let loader = TrainerTests.task()
      try trainer.fit(loader, validation: loader, epochs: 1)
      try trainer.save(to: file)
      let good = try Data(contentsOf: file)
      var name = ""
      // After the epoch's evaluation, before the callback that saves.
      let damage = Hooks(onEpoch: { _ in name = Self.damages[kind](training) })
      let error = #expect(throws: TrainingError.self) {
        switch kindOfSaving {
        case 0:
          trainer.callbacks = [damage, Checkpoints(file)]
          try trainer.fit(loader, validation: loader, epochs: 2)
        case 1:
          trainer.callbacks = [
            damage, BestCheckpoint(file, measurement: .trainingLoss, goal: .maximum),
            BestCheckpoint(file, measurement: .trainingLoss),
          ]
          try trainer.fit(loader, validation: loader, epochs: 2)
        default:
          name = Self.damages[kind](training)
          try trainer.save(to: file)
        }
      }
      guard case .state(let names, _) = error?.kind else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(names == [name])
      #expect(error?.description.contains("state.safetensors is not written") == true)
      #expect(try Data(contentsOf: file) == good)
      #expect(try folder.contents == ["state.safetensors"])
    }
  }

  @Test(
    "a mask that is infinite from the start is saved, resumed and saved again; NaN in it is not")
  func infiniteMask() throws {
    let (model, trainer) = Masked.trainer()
    try trainer.save(to: file)
    let (_, second) = Masked.trainer()
    try second.resume(from: file)
    try second.save(to: file)
    try Checkpoint(contentsOf: file).write(to: folder.file("copy.safetensors"))
    model.mask.value = Tensor([0, .nan])
    #expect(throws: TrainingError.self) { try trainer.save(to: file) }
  }

  @Test("a step that fails leaves the file of the last good state")
  func failedStep() throws {
    let training = FaultyTraining()
    training.trainer.callbacks = [Checkpoints(file)]
    training.poisoned = [9]
    #expect(throws: TrainingError.self) {
      try training.trainer.fit(TrainerTests.task(), epochs: 5)
    }
    let resumed = FaultyTraining()
    try resumed.trainer.resume(from: file)
    #expect(resumed.trainer.stepCount == 6)
    #expect(resumed.model.parameters.allSatisfy { $0.value.scalars.allSatisfy(\.isFinite) })
  }

  @Test("another batch size goes on where it divides, and sees each example once")
  func otherBatchSize() throws {
    let (first, second) = (FaultyTraining(), FaultyTraining())
    first.trainer.callbacks = [
      Hooks(onStep: { [unowned trainer = first.trainer] in if $0.step == 1 { trainer.stop() } })
    ]
    let loader = TrainerTests.task(batchSize: 16)
    let order = Array(loader.map(\.inputs.scalars).joined())
    loader.position = .init()
    try first.trainer.fit(loader, epochs: 2)
    try second.trainer.resume(first.trainer.checkpoint())
    var numbers: [Int] = []
    second.trainer.callbacks = [Hooks(onStep: { numbers.append($0.batch) })]
    let other = TrainerTests.task(batchSize: 32)
    try second.trainer.fit(other, epochs: 1)
    #expect(numbers == [2, 3])
    #expect(second.trainer.stepCount == 2 + 2)
    other.batchState = BatchState(
      epoch: 0, batch: 2, stream: loader.batchState.stream, batchSize: 16, exampleCount: 96)
    #expect(Array(other.map(\.inputs.scalars).joined()) == Array(order.dropFirst(32 * 4)))
  }

  #if os(Linux)
  @Test("a full disk leaves the old files, and the trainer can go on and save later")
  func fullDisk() async {
    await #expect(processExitsWith: .success) {
      let folder = try TemporaryFolder()
      let (last, best) = (folder.file("last.safetensors"), folder.file("best.safetensors"))
      let (sound, training) = (FaultyTraining(), FaultyTraining())
      let expected = try sound.trainer.fit(TrainerTests.task(), epochs: 3)
      let keeper = BestCheckpoint(best, measurement: .trainingLoss)
      training.trainer.callbacks = [keeper, Checkpoints(last)]
      let loader = TrainerTests.task()
      try training.trainer.fit(loader, epochs: 1)
      let before = (try Data(contentsOf: last), try Data(contentsOf: best))

      signal(SIGXFSZ, SIG_IGN)
      var limit = rlimit()
      getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
      let free = limit.rlim_cur
      limit.rlim_cur = 256
      setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
      expectFileError(.unwritable, best, "File too large") {
        try training.trainer.fit(loader, epochs: 3)
      }
      #expect(try Data(contentsOf: last) == before.0)
      #expect(try Data(contentsOf: best) == before.1)
      #expect(try folder.contents == ["best.safetensors", "last.safetensors"])

      limit.rlim_cur = free
      setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
      try training.trainer.fit(loader, epochs: 2)
      let resumed = FaultyTraining()
      try resumed.trainer.resume(from: best)
      // The epoch whose file could not be written is the best so far.
      #expect(resumed.trainer.history.epochs.count == 2)
      let history = try training.trainer.fit(loader, epochs: 3)
      #expect(history.epochs.map(\.trainingLoss) == expected.epochs.map(\.trainingLoss))
    }
  }
  #endif

  @Test(
    "a best state that was not yet written when the process ended is written when it is resumed")
  func bestAfterEnd() throws {
    let best = folder.file("best.safetensors")
    var isEnding = false
    func resumed(from file: URL?, epochs: Int) throws -> Trainer<Examples> {
      let training = FaultyTraining()
      training.trainer.callbacks = [
        // An error between the two callbacks stands for the end of the process.
        Checkpoints(self.file), Hooks(onEpoch: { _ in if isEnding { throw PlantedError() } }),
        BestCheckpoint(best, measurement: .trainingLoss),
      ]
      if let file { try training.trainer.resume(from: file) }
      if epochs > 0 { try training.trainer.fit(TrainerTests.task(), epochs: epochs) }
      return training.trainer
    }
    _ = try resumed(from: nil, epochs: 1)
    isEnding = true
    #expect(throws: PlantedError.self) { try resumed(from: file, epochs: 2) }
    #expect(try resumed(from: best, epochs: 0).stepCount == 6)
    isEnding = false
    _ = try resumed(from: file, epochs: 2)
    #expect(try resumed(from: best, epochs: 0).stepCount == 12)
  }

  @Test("a log quotes names, and has a column of skipped batches where there are any")
  func logs() throws {
    let table = folder.file("log.csv")
    let layer = Linear(1, 1)
    let trainer = Trainer<Float>(
      layer, optimizer: SGD(layer.parameters, learningRate: 0.1),
      loss: Objective(
        loss: { ($0.weight.value * $1).sum() }, measurements: { _, _ in [("top-1, \"val\"", 1)] }),
      callbacks: [HistoryLog(table)], showsProgress: false)
    trainer.skipsNonFiniteSteps = true
    try trainer.fit([1, .nan], validation: [1], epochs: 1)
    let rows = try String(contentsOf: table, encoding: .utf8).split(separator: "\n")
    #expect(
      rows[0]
        == "epoch,training_loss,\"top-1, \"\"val\"\"\",learning_rate,seconds,skipped_batches")
    #expect(rows[1].hasSuffix(",1"))
  }

  @Test("files of before the counts of skipped batches and the sizes of batches still load")
  func olderFiles() throws {
    let training = FaultyTraining()
    training.trainer.callbacks = [
      Hooks(onStep: { [unowned trainer = training.trainer] in if $0.step == 7 { trainer.stop() } })
    ]
    try training.trainer.fit(TrainerTests.task(), epochs: 2)
    try training.trainer.save(to: file)
    let state = try SafetensorsFile(file)
    var text = try #require(state.metadata["gannet.training"])
    for field in [
      ",\"batchSize\":16", ",\"exampleCount\":96", ",\"isTrained\":false", ",\"skippedCount\":0",
      ",\"skippedBatches\":0", ",\"isShuffled\":true",
    ] {
      #expect(text.contains(field))
      text = text.replacing(field, with: "")
    }
    let tensors = Dictionary(
      uniqueKeysWithValues: try state.names.map { ($0, try state.tensor($0)) })
    try Safetensors.write(tensors, metadata: ["gannet.training": text], to: file)
    let resumed = FaultyTraining()
    try resumed.trainer.resume(from: file)
    try resumed.trainer.fit(TrainerTests.task(), epochs: 2)
    #expect(resumed.trainer.stepCount == 12)
    #expect(resumed.trainer.history.epochs.count == 2)
  }
}

private final class Masked: Layer {
  let linear = Linear(2, 2)
  let mask = Buffer(Tensor([0, -.infinity]))

  func callAsFunction(_ x: Tensor) -> Tensor { linear(x) + mask.value }

  static func trainer() -> (Masked, Trainer<Examples>) {
    let model = Masked()
    let trainer = Trainer<Examples>(
      model, optimizer: SGD(model.parameters, learningRate: 0.1),
      loss: .classification, showsProgress: false)
    return (model, trainer)
  }
}
