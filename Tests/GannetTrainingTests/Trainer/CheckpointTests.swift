import Foundation
import GannetData
import GannetNN
import GannetTensor
import GannetTraining
import TestSupport
import Testing

@Suite("Checkpoints")
struct CheckpointTests {
  typealias Examples = Batch<Tensor, IntTensor>

  private static func withFolder(_ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "gannet-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder)
  }

  private static func trainer(
    _ optimizer: (Parameters) -> Optimizer, _ callbacks: [any Callback] = []
  ) -> (Sequential, Trainer<Examples>) {
    let model = TrainerTests.network()
    return (
      model,
      Trainer(
        model, optimizer: optimizer(model.parameters), loss: .classification,
        callbacks: callbacks, showsProgress: false)
    )
  }

  private static let optimizers: [@Sendable (Parameters) -> Optimizer] = [
    { SGD($0, learningRate: 0.1, momentum: 0.9) }, { Adam($0, learningRate: 0.01) },
  ]

  @Test("a run that stops anywhere goes on to the same bits", arguments: [1, 6, 8, 17], 0..<2)
  func resumesBitByBit(stopAfter: Int, kind: Int) throws {
    try Self.withFolder { folder in
      let file = folder.appending(path: "state.safetensors")
      let make = Self.optimizers[kind]
      let (whole, reference) = Self.trainer(make)
      let expected = try reference.fit(
        TrainerTests.task(), validation: TrainerTests.task(), epochs: 4)

      let (_, first) = Self.trainer(make)
      first.callbacks = [
        Checkpoints(file),
        Hooks(onStep: { [unowned first] in if $0.step + 1 == stopAfter { first.stop() } }),
      ]
      try first.fit(TrainerTests.task(), validation: TrainerTests.task(), epochs: 4)
      #expect(first.stepCount == stopAfter)

      let (resumed, second) = Self.trainer(make)
      try second.resume(from: file)
      let history = try second.fit(
        TrainerTests.task(), validation: TrainerTests.task(), epochs: 4)
      #expect(second.stepCount == 24)
      #expect(whole.parameters.map(\.value.scalars) == resumed.parameters.map(\.value.scalars))
      #expect(history.epochs.map(\.trainingLoss) == expected.epochs.map(\.trainingLoss))
    }
  }

  @Test("a trainer that was stopped goes on in the middle of its epoch by the next fit")
  func goesOnInProcess() throws {
    let (whole, reference) = Self.trainer(Self.optimizers[1])
    try reference.fit(TrainerTests.task(), epochs: 3)
    let (parted, trainer) = Self.trainer(Self.optimizers[1])
    trainer.callbacks = [Hooks(onStep: { [unowned trainer] in if $0.step == 8 { trainer.stop() } })]
    let loader = TrainerTests.task()
    try trainer.fit(loader, epochs: 3)
    #expect(trainer.stepCount == 9)
    try trainer.fit(loader, epochs: 3)
    for (a, b) in zip(whole.parameters, parted.parameters) {
      #expect(a.value.scalars == b.value.scalars)
    }
  }

  @Test("a place beyond the end of an epoch is refused")
  func otherBatches() throws {
    try Self.withFolder { folder in
      let file = folder.appending(path: "state.safetensors")
      let (_, trainer) = Self.trainer(Self.optimizers[0])
      trainer.callbacks = [
        Hooks(onStep: { [unowned trainer] in if $0.step == 4 { trainer.stop() } })
      ]
      try trainer.fit(TrainerTests.task(), epochs: 1)
      try trainer.save(to: file)
      let (_, second) = Self.trainer(Self.optimizers[0])
      try second.resume(from: file)
      let error = #expect(throws: StateError.self) {
        try second.fit(TrainerTests.task(batchSize: 48), epochs: 1)
      }
      #expect(error?.impossible.count == 1)
      for part in [
        "batch 5 of an epoch of this training", "among batches of 16 of 96 examples, shuffled",
        "this has batches of 48 of 96 examples, shuffled",
      ] { #expect(error?.description.contains(part) == true) }
    }
  }

  @Test("a checkpoint of another model is refused, and nothing changes")
  func otherModel() throws {
    try Self.withFolder { folder in
      let file = folder.appending(path: "state.safetensors")
      let (_, trainer) = Self.trainer(Self.optimizers[0])
      try trainer.save(to: file)
      let other = Sequential { Linear(4, 2) }
      let before = other.parameters.map(\.value.scalars)
      let second = Trainer(
        other, optimizer: SGD(other.parameters, learningRate: 0.1),
        loss: .classification, showsProgress: false)
      let error = #expect(throws: StateError.self) { try second.resume(from: file) }
      #expect(error?.path == file.path)
      #expect(other.parameters.map(\.value.scalars) == before)
    }
  }

  @Test("files that are no checkpoints are refused by name")
  func badFiles() throws {
    try Self.withFolder { folder in
      let (_, trainer) = Self.trainer(Self.optimizers[0])
      let missing = folder.appending(path: "missing.safetensors")
      #expect(throws: FileError.self) { try trainer.resume(from: missing) }
      let plain = folder.appending(path: "plain.safetensors")
      try Safetensors.write(["w": Tensor(zeros: [2])], to: plain)
      let error = #expect(throws: FileError.self) { try trainer.resume(from: plain) }
      #expect(error?.description.contains("plain.safetensors") == true)
      let whole = folder.appending(path: "whole.safetensors")
      try trainer.save(to: whole)
      let bytes = try Data(contentsOf: whole)
      let cut = folder.appending(path: "cut.safetensors")
      try bytes.prefix(bytes.count - 5).write(to: cut)
      #expect(throws: FileError.self) { try trainer.resume(from: cut) }
    }
  }

  @Test("the best epoch's state is kept")
  func best() throws {
    try Self.withFolder { folder in
      let file = folder.appending(path: "best.safetensors")
      let best = BestCheckpoint(file, measurement: "accuracy", goal: .maximum)
      let (_, trainer) = Self.trainer(Self.optimizers[1], [best])
      let loader = TrainerTests.task()
      let history = try trainer.fit(loader, validation: TrainerTests.task(), epochs: 6)
      let top = try #require(history.epochs.compactMap { $0.validation["accuracy"] }.max())
      #expect(best.best == top)
      let (model, second) = Self.trainer(Self.optimizers[1])
      try second.resume(from: file)
      #expect(try second.evaluate(TrainerTests.task())["accuracy"] == top)
      withExtendedLifetime(model) {}
    }
  }

  @Test("logs hold every epoch, as a table and as lines of JSON")
  func logs() throws {
    try Self.withFolder { folder in
      let (table, lines) = (folder.appending(path: "log.csv"), folder.appending(path: "log.jsonl"))
      let (_, trainer) = Self.trainer(
        Self.optimizers[0], [HistoryLog(table), HistoryLog(lines, format: .jsonLines)])
      try trainer.fit(TrainerTests.task(), validation: TrainerTests.task(), epochs: 3)
      let rows = try String(contentsOf: table, encoding: .utf8).split(separator: "\n")
      #expect(rows.count == 4)
      #expect(rows[0] == "epoch,training_loss,accuracy,loss,learning_rate,seconds")
      let epochs = try String(contentsOf: lines, encoding: .utf8).split(separator: "\n").map {
        try JSONDecoder().decode(History.Epoch.self, from: Data($0.utf8))
      }
      #expect(epochs == trainer.history.epochs)
    }
  }

  @Test("a schedule sets the rate epoch by epoch or step by step")
  func scheduling() throws {
    let model = TrainerTests.network()
    let optimizer = SGD(model.parameters, learningRate: 9)
    var rates: [Float] = []
    let trainer = Trainer(
      model, optimizer: optimizer, loss: .classification,
      callbacks: [
        Hooks(onStep: { _ in rates.append(optimizer.learningRate) }),
        Scheduling(Schedule { 1 / Double($0 + 2) }, by: .step),
      ], showsProgress: false)
    try trainer.fit(TrainerTests.task(), epochs: 1)
    #expect(rates == (0..<6).map { Float(1 / Double($0 + 2)) })
  }

  @Test("a loss that is no number ends the training with its step and rate, before the update")
  func notANumber() throws {
    let (model, trainer) = Self.trainer { SGD($0, learningRate: 0.25) }
    let weight = try #require(model.parameters.last)
    weight.value = Tensor(repeating: .nan, shape: weight.shape)
    let before = model.parameters[0].value.scalars
    let error = #expect(throws: TrainingError.self) {
      try trainer.fit(TrainerTests.task(), epochs: 1)
    }
    #expect(error?.step == 0)
    #expect(error?.learningRate == 0.25)
    #expect(error?.description.contains("step 0") == true)
    #expect(model.parameters[0].value.scalars == before)
  }

  @Test("a translator's checkpoint keeps both vocabularies, and goes on with no others")
  func sourceVocabulariesMustMatch() throws {
    try Self.withFolder { folder in
      let file = folder.appending(path: "state.safetensors")
      let (target, source) = (Vocabulary(["a"]), Vocabulary(["b"]))
      let (_, first) = Self.trainer(Self.optimizers[0])
      (first.metadata.vocabulary, first.metadata.sourceVocabulary) = (target, source)
      try first.save(to: file)
      let (_, second) = Self.trainer(Self.optimizers[0])
      (second.metadata.vocabulary, second.metadata.sourceVocabulary) = (target, target)
      let error = #expect(throws: VocabularyError.self) { try second.resume(from: file) }
      #expect(error?.expected == target && error?.found == source)
      second.metadata.sourceVocabulary = nil
      try second.resume(from: file)
      #expect(second.metadata.sourceVocabulary == source)
    }
  }

  @Test("a checkpoint keeps its vocabulary, and goes on with no other")
  func vocabulariesMustMatch() throws {
    try Self.withFolder { folder in
      let file = folder.appending(path: "state.safetensors")
      let vocabulary = Vocabulary(tokens: ["<unk>", "a", "\"é"])
      let (_, first) = Self.trainer(Self.optimizers[0])
      first.metadata.vocabulary = vocabulary
      first.metadata["note"] = "π \"quoted\""
      first.metadata["data"] = "the checkpoint's"
      try first.save(to: file)
      #expect(try Checkpoint(contentsOf: file).metadata.vocabulary == vocabulary)

      let (model, second) = Self.trainer(Self.optimizers[0])
      let before = model.parameters.map(\.value.scalars)
      second.metadata.vocabulary = Vocabulary(tokens: ["<unk>", "b"])
      let error = #expect(throws: VocabularyError.self) { try second.resume(from: file) }
      #expect(error?.description.contains("of 3 tokens is not this training's of 2") == true)
      #expect(error?.description.contains("number 1 is \"a\" there and \"b\" here") == true)
      #expect(model.parameters.map(\.value.scalars) == before)
      second.metadata.vocabulary = vocabulary
      try second.resume(from: file)
      second.metadata.vocabulary = nil
      second.metadata["data"] = "own"
      try second.resume(from: file)
      #expect(second.metadata.vocabulary == vocabulary)
      #expect(second.metadata["data"] == "own")
      #expect(second.metadata["note"] == "π \"quoted\"")
    }
  }

  @Test("a vocabulary that is none is refused")
  func damagedVocabularyIsAnError() throws {
    try Self.withFolder { folder in
      let file = folder.appending(path: "state.safetensors")
      let (_, trainer) = Self.trainer(Self.optimizers[0])
      trainer.metadata.vocabulary = Vocabulary(tokens: ["<unk>", "ab"])
      try trainer.save(to: file)
      let bytes = try Data(contentsOf: file)
      let place = try #require(bytes.range(of: Data("<unk>".utf8)))
      try (bytes[..<place.lowerBound] + Data("<unc>".utf8) + bytes[place.upperBound...])
        .write(to: file)
      let error = #expect(throws: FileError.self) { try Checkpoint(contentsOf: file) }
      #expect(error?.description.contains("its vocabulary has a token twice, or lacks") == true)
    }
  }
}
