import Foundation
import GannetData
import GannetNN
import GannetTensor
import GannetTraining
import TestSupport
import Testing

@Suite("The last checkpoints")
struct CheckpointsTests {
  private static func withFolder(_ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder)
  }

  private static func names(_ folder: URL) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
  }

  private static func trainer(_ callbacks: any Callback...) -> Trainer<Examples> {
    TrainerTests.trainer(TrainerTests.network(), callbacks: callbacks)
  }

  @Test("the last n and the best are kept, each a state from which a training resumes")
  func keepsTheLast() throws {
    try Self.withFolder { folder in
      let file = folder.appending(path: "state.safetensors")
      let best = folder.appending(path: "best.safetensors")
      // A file that it has not written.
      let other = folder.appending(path: "state-1.safetensors")
      try Data("not ours".utf8).write(to: other)
      let trainer = Self.trainer(
        BestCheckpoint(best), Checkpoints(file, everySteps: 4, keepingLast: 3))
      // Six steps an epoch: saves after 4, 6, 8, 12, 16 and 18.
      let loader = TrainerTests.task()
      try trainer.fit(loader, validation: loader, epochs: 3)
      #expect(
        try Self.names(folder) == [
          "best.safetensors", "state-1.safetensors", "state-12.safetensors",
          "state-16.safetensors", "state-18.safetensors", "state.safetensors",
        ])
      #expect(try Data(contentsOf: other) == Data("not ours".utf8))
      let whole = try trainer.checkpoint()
      for name in ["state-12", "state-16", "state-18"] {
        let resumed = Self.trainer()
        try resumed.resume(from: folder.appending(path: "\(name).safetensors"))
        #expect(name == "state-\(resumed.stepCount)")
        try resumed.fit(TrainerTests.task(), validation: TrainerTests.task(), epochs: 3)
        #expect(
          try resumed.checkpoint().model.mapValues(\.scalars) == whole.model.mapValues(\.scalars))
      }
    }
  }

  @Test("the best state is that of an evaluation in the middle of an epoch, where that is the best")
  func bestWithinAnEpoch() throws {
    try Self.withFolder { folder in
      let file = folder.appending(path: "best")
      let losses = [3.0, 2, 2.5, 1, .nan, 4, 5, 1.5]
      var index = -1
      let model = TrainerTests.network()
      let best = BestCheckpoint(file)
      let trainer = Trainer(
        model, optimizer: SGD(model.parameters, learningRate: 0.5),
        loss: Objective<Sequential, Examples>(
          loss: { crossEntropy($0($1.inputs), $1.targets) },
          measurements: { _, _ in
            index += 1
            return [("loss", losses[index])]
          }),
        callbacks: [best], showsProgress: false)
      // Six steps an epoch: evaluations after 4, 6, 8, 12, 12, 16, 18 and 18.
      let validation = [try #require(Array(TrainerTests.task()).first)]
      try trainer.fit(TrainerTests.task(), validation: validation, everySteps: 4, epochs: 2)
      #expect(index == 4 && best.best == 1)
      let state = try Checkpoint(contentsOf: file)
      let resumed = TrainerTests.trainer(TrainerTests.network(), callbacks: [best])
      try resumed.resume(state)
      #expect(resumed.stepCount == 12 && resumed.history.validations.map(\.step) == [4, 8, 12])
      #expect(resumed.history.epochs.count == 1 && resumed.isInEpoch)
      // A new run takes the best value from the history.
      try resumed.fit(TrainerTests.task(), epochs: 1)
      #expect(best.best == 1)
    }
  }

  @Test("a resumed training removes those of the run before")
  func resumes() throws {
    try Self.withFolder { folder in
      let file = folder.appending(path: "state")
      try Self.trainer(Checkpoints(file, keepingLast: 2)).fit(TrainerTests.task(), epochs: 3)
      #expect(try Self.names(folder) == ["state", "state-12", "state-18"])
      let second = Self.trainer(Checkpoints(file, keepingLast: 2))
      try second.resume(from: file)
      try second.fit(TrainerTests.task(), epochs: 4)
      #expect(try Self.names(folder) == ["state", "state-18", "state-24"])
    }
  }

  @Test("one is kept by default")
  func one() throws {
    try Self.withFolder { folder in
      let file = folder.appending(path: "state")
      try Self.trainer(Checkpoints(file, everySteps: 1)).fit(TrainerTests.task(), epochs: 2)
      #expect(try Self.names(folder) == ["state"])
    }
  }

  @Test("keeping none stops")
  func none() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Checkpoints(URL(filePath: "state"), keepingLast: 0)
    }
    expectMessage(result, "Checkpoints: keeping the last 0, expected at least 1")
  }
}
