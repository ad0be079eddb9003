import Gannet
import Reproduction
import TestSupport
import Testing

@Suite("Long contexts of The Time Machine")
struct CharacterTaskTests {
  /// Runs `body` in a section of three epochs.
  private func inSection(body: @escaping @Sendable (SectionContext) throws -> Void) throws {
    let section = Section(
      "characters", title: "", reference: "", seconds: 1, epochs: 3
    ) { context in
      try context.seeded { try body(context) }
      return SectionResult()
    }
    let demo = try DemoChapter()
    #expect(demo.run([section]) == 0, "\(demo.output)")
  }

  private static func model(_ task: CharacterTask) throws -> LanguageModel<Tensor> {
    let model = LanguageModel(RNN(task.vocabulary.count, 4))
    try model.setSharedWeights(seed: 1) { _, _ in 0.3 }
    return model
  }

  @Test("Nine tenths to train, shuffled by the seed, a tenth to validate, whole batches")
  func windows() throws {
    try inSection { context in
      let task = try CharacterTask(context)
      #expect(task.training.isShuffled && !task.validation.isShuffled)
      #expect(task.training.allSatisfy { $0.inputs.shape == [12, 256] })
      #expect(task.validation.allSatisfy { $0.targets.shape == [12, 256] })
      let (trained, held) = (task.training.dataset, task.validation.dataset)
      #expect(trained.count > 8 * held.count && trained.count < 10 * held.count + 10)
      if task.fallback == nil {
        #expect(task.training.batchCount == 50 && task.validation.batchCount == 5)
      }
      func first(_ seed: Int?) throws -> IntTensor {
        try CharacterTask(context, seed: seed).training.first { _ in true }!.inputs
      }
      #expect(try first(nil) == first(context.seed) && first(1) != first(2))
      let few = try CharacterTask(context, batchSize: 3, steps: 8, limit: 2)
      #expect(few.training.batchCount == 2 && few.validation.batchCount == 2)
    }
  }

  @Test("The first losses are those of a training, which resumes to the same bits")
  func training() throws {
    try inSection { context in
      func task() throws -> CharacterTask {
        try CharacterTask(context, batchSize: 3, steps: 8, limit: 4)
      }
      let model = try Self.model(task())
      let recorder = StepRecorder(model)
      let whole = try task().fit(
        model, by: task().recipe(), as: "whole", callbacks: [recorder])
      #expect(recorder.steps.count == 12)
      #expect(whole.curves.map(\.name) == ["train_loss", "val_loss"])
      #expect(whole.curves[1].values.count == 3)
      let losses = try task().firstLosses(of: Self.model(task()), by: task().recipe(), count: 3)
      #expect(losses == recorder.steps.prefix(3).map(\.loss))

      for steps in [5, 8] {
        _ = try task().fit(
          Self.model(task()), by: task().recipe(), as: "parts", callbacks: [Budget(steps: steps)])
      }
      let resumed = try Self.model(task())
      let curves = try task().fit(resumed, by: task().recipe(), as: "parts")
      #expect(curves.curves == whole.curves)
      for (one, other) in zip(resumed.parameters, model.parameters) {
        expectIdentical(one.value, other.value, "parameters")
      }
    }
  }

  @Test("Decay of matrices alone")
  func decay() throws {
    try inSection { context in
      let task = try CharacterTask(context, batchSize: 3, steps: 8, limit: 2)
      let model = try Self.model(task)
      let recipe: Recipe<LanguageModel<Tensor>, Batch<IntTensor, IntTensor>> = task.recipe()
      let optimizer = recipe.optimizer(model.parameters)
      #expect(optimizer.groups.map(\.weightDecay) == [0.1, 0])
      #expect(optimizer.groups[0].parameters.allSatisfy { $0.shape.rank > 1 })
      #expect(optimizer.groups[1].parameters.allSatisfy { $0.shape.rank == 1 })
      #expect(optimizer.groups.map(\.parameters.count).reduce(0, +) == model.parameters.count)
    }
  }

  @Test("Samples begin with the prompt; words are those of the novel or not")
  func samples() throws {
    try inSection { context in
      let task = try CharacterTask(context, batchSize: 3, steps: 8, limit: 2)
      let samples = task.samples(by: try Self.model(task), after: "the t", count: 2, length: 9)
      #expect(samples.count == 2 && samples[0] != samples[1])
      #expect(samples.allSatisfy { $0.hasPrefix("the t") && $0.count == 14 })
      #expect(task.shareOfWords(in: ["zzz zzz the xqx the cut"], after: "zzz zzz") == 2.0 / 3)
      #expect(task.shareOfWords(in: ["the time"], after: "the") == 0)
    }
  }
}
