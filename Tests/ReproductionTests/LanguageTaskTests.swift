import Foundation
import Gannet
import Reproduction
import TestSupport
import Testing

@Suite("Trainings on The Time Machine")
struct LanguageTaskTests {
  /// Runs `body` on a task in a section of its own.
  private func inSection(
    batchSize: Int = 1024, body: @escaping @Sendable (LanguageTask) throws -> Void
  ) throws {
    let section = Section("language", title: "", reference: "", seconds: 1, epochs: 1) { context in
      try context.seeded { try body(LanguageTask(context, batchSize: batchSize)) }
      return SectionResult()
    }
    let demo = try DemoChapter()
    #expect(demo.run([section]) == 0, "\(demo.output)")
  }

  @Test("The book's windows, shuffled for training alone")
  func windows() throws {
    try inSection { task in
      #expect(task.training.batchCount == 10 && task.training.dataset.count == 10_000)
      #expect(
        task.validation.map(\.inputs.shape) == [1024, 1024, 1024, 1024, 904].map { [$0, 32] })
      #expect(task.training.isShuffled && !task.validation.isShuffled)
      let first = task.training.dataset.batch(at: [0, 9_999])
      let next = task.validation.dataset.batch(at: [0])
      #expect(first.inputs[0].scalars.dropFirst() == first.targets[0].scalars.dropLast())
      #expect(first.inputs[1].scalars.dropFirst() == next.inputs[0].scalars.dropLast())
    }
  }

  @Test("Started again under a seed, a task shuffles alike")
  func restart() throws {
    try inSection { task in
      func first(seed: UInt64) -> IntTensor {
        withRandomSeed(seed) { task.restarted() }.training.first { _ in true }!.inputs
      }
      #expect(first(seed: 3) == first(seed: 3))
      #expect(first(seed: 3) != first(seed: 4))
    }
  }

  @Test("Perplexity is the mean over batches of the exponential of each one's loss")
  func perplexity() throws {
    try inSection { task in
      let model = FixedModel(tokens: task.vocabulary.count)
      let losses = task.validation.map { Double(task.loss(model, $0).scalar) }
      let mean = losses.map { exp($0) }.reduce(0, +) / 5
      let recorder = StepRecorder(model)
      let curves = try task.train(model, learningRate: 0, callbacks: [recorder])
      let steps = recorder.steps
      let validation = try #require(curves.final(.validationPerplexity))
      #expect(abs(validation / mean - 1) < 1e-9)
      #expect(validation / exp(losses.reduce(0, +) / 5) > 1.000_001)

      #expect(curves.curves.map(\.name) == ["train_ppl", "val_ppl"])
      #expect(steps.count == 10)
      let halves = [steps[..<5], steps[5...]].map { $0.map { exp($0.loss) }.reduce(0, +) / 5 }
      for (point, half) in zip(curves.curves[0].values, halves) {
        #expect(abs(point / half - 1) < 1e-9)
      }
    }
  }

  @Test("A step is as long as the clipped gradient, or the whole one")
  func clipping() throws {
    try inSection(batchSize: 10_000) { task in
      func run(clipNorm: Float?) throws -> (moved: Double, norm: Double) {
        let model = FixedModel(tokens: task.vocabulary.count, scale: 50)
        let before = model.scores.value.detached()
        let recorder = StepRecorder(model)
        _ = try task.train(
          model, as: clipNorm == nil ? "free" : "clipped", learningRate: 0.5, clipNorm: clipNorm,
          callbacks: [recorder])
        return (
          Double((model.scores.value.detached() - before).norm().scalar),
          recorder.steps.last?.gradientNorm ?? .nan
        )
      }
      let (clipped, free) = (try run(clipNorm: 1), try run(clipNorm: nil))
      #expect(clipped.norm > 2 && abs(clipped.norm / free.norm - 1) < 1e-6)
      #expect(abs(clipped.moved - 0.5) < 1e-4)
      #expect(abs(free.moved / (0.5 * free.norm) - 1) < 1e-4)
    }
  }

  @Test("A training whose loss is no number ends there")
  func divergence() throws {
    try inSection { task in
      let model = FixedModel(tokens: task.vocabulary.count, scale: .infinity)
      let recorder = StepRecorder(model)
      let curves = try task.train(model, learningRate: 1, callbacks: [recorder])
      #expect(recorder.steps.count == 1 && curves.curves.isEmpty)
      #expect(recorder.steps.allSatisfy { !$0.loss.isFinite })
    }
  }

  @Test("A training that was left in the middle of an epoch goes on to the same bits")
  func resumption() throws {
    try inSection(batchSize: 2500) { task in
      typealias Outcome = (parameters: Parameters, curves: [Curve], norms: [Double])
      func train(_ name: String, stoppingAt step: Int? = nil) throws -> Outcome {
        try task.context.seeded {
          let task = task.restarted()
          let model = LanguageModel(RNN(task.vocabulary.count, 4))
          let recorder = StepRecorder(model)
          let curves = try task.train(
            model, as: name, learningRate: 1, epochs: 2, callbacks: [recorder, Stop(at: step)])
          return (model.parameters, curves.curves, recorder.steps.map(\.gradientNorm))
        }
      }
      let (whole, wholeCurves, wholeNorms) = try train("whole")
      #expect(wholeNorms.count == 8 && wholeCurves.map(\.values.count) == [4, 2])
      // After the third batch of four of the first epoch, and the first of the second.
      #expect(try train("parts", stoppingAt: 3).curves.map(\.values.count) == [1])
      #expect(try train("parts", stoppingAt: 5).norms.count == 5)
      let (resumed, curves, norms) = try train("parts")
      #expect(curves == wholeCurves && norms == wholeNorms)
      for (mine, its) in zip(resumed, whole) {
        expectIdentical(mine.value, its.value, "parameters")
      }
    }
  }
}

private typealias Windows = Batch<IntTensor, IntTensor>

/// Stops a training after a step.
private final class Stop: Callback {
  private let step: Int?

  init(at step: Int?) { self.step = step }

  func stepDidEnd(_ training: any Training, _ progress: TrainingProgress) {
    if training.stepCount == step { training.stop() }
  }
}

/// A model whose scores for the next token do not depend on the tokens before.
private final class FixedModel: NextTokenModel {
  let scores: Parameter
  private let scale: Float

  init(tokens: Int, scale: Float = 1) {
    scores = Parameter(Tensor(rangeFrom: 0, to: Float(tokens)) / Float(tokens))
    self.scale = scale
  }

  func callAsFunction(_ tokens: IntTensor, state: Tensor?) -> (logits: Tensor, state: Tensor) {
    let logits =
      Tensor(zeros: Shape(Array(tokens.shape) + [scores.shape[0]])) + scale * scores.value
    return (logits, Tensor(0))
  }
}
