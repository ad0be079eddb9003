import Gannet
import Reproduction
import Testing

@Suite("Trainings on Fashion-MNIST")
struct ImageTaskTests {
  /// Runs `body` as a section of its own.
  private func inSection(
    _ arguments: String..., body: @escaping @Sendable (SectionContext) throws -> Void
  ) throws {
    let section = Section("images", title: "", reference: "", seconds: 1, epochs: 2) { context in
      try context.seeded { try body(context) }
      return SectionResult()
    }
    let demo = try DemoChapter()
    #expect(demo.run([section], arguments) == 0, "\(demo.output)")
  }

  @Test("As many images as asked, resized, fewer in a quick run")
  func images() throws {
    @Sendable func task(_ context: SectionContext) throws -> ImageTask {
      try ImageTask(context, batchSize: 50, side: 12, counts: (220, 130), quick: (100, 30))
    }
    try inSection { context in
      let task = try task(context)
      #expect(task.training.map(\.images.shape) == [50, 50, 50, 50, 20].map { [$0, 1, 12, 12] })
      #expect(task.validation.map(\.count) == [128, 2])
      #expect(task.training.isShuffled && !task.validation.isShuffled)
    }
    try inSection("--quick") { context in
      let task = try task(context)
      #expect(task.training.dataset.count == 100)
      #expect(task.validation.dataset.count == 30)
    }
  }

  @Test("A copy starts again: trainings under one seed see the same batches")
  func restart() throws {
    try inSection { context in
      let task = try ImageTask(context, batchSize: 20, side: 8, counts: (60, 40))
      func epoch() -> [[Float]] {
        context.seeded { task.restarted().training.map(\.images.scalars) }
      }
      let first = epoch()
      #expect(epoch() == first)
      #expect(task.restarted().training.map(\.images.scalars) != first)
    }
  }

  @Test("The accuracy on the images of a loader is that of the validation's curve")
  func accuracy() throws {
    try inSection { context in
      let task = try ImageTask(context, batchSize: 20, side: 8, counts: (200, 200))
      let model = Sequential {
        Flatten()
        Linear(64, 10)
      }
      let curves = try task.train(model, as: "accuracy", momentum: 0.9)
      let value = task.accuracy(of: model, on: task.validation)
      #expect(value == curves.final(.validationAccuracy))
      #expect(value > 0.2)
    }
  }

  @Test("A training goes on from the checkpoint of its name, to the same bits")
  func resumption() throws {
    @Sendable func curves(_ context: SectionContext, as name: String, epochs: Int?) throws
      -> [Curve]
    {
      try context.seeded {
        let task = try ImageTask(context, batchSize: 20, side: 8, counts: (200, 60))
        let model = Sequential {
          Flatten()
          Linear(64, 10)
        }
        return try task.train(model, as: name, epochs: epochs).curves
      }
    }
    try inSection { context in
      let whole = try curves(context, as: "whole", epochs: nil)
      #expect(whole.map(\.name) == ["train_loss", "val_loss", "val_acc"])
      #expect(whole[1].epochs == [1, 2])
      let half = try curves(context, as: "parts", epochs: 1)
      #expect(half[1].values == Array(whole[1].values.prefix(1)))
      #expect(try curves(context, as: "parts", epochs: 2) == whole)
    }
  }
}
