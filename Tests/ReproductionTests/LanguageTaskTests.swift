import Foundation
import Gannet
import Reproduction
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
      var steps: [LanguageStep] = []
      let curves = task.train(model, learningRate: 0) { steps.append($0) }
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
      func run(clipNorm: Float?) -> (moved: Double, norm: Double) {
        let model = FixedModel(tokens: task.vocabulary.count, scale: 50)
        let before = model.scores.value.detached()
        var norm = 0.0
        _ = task.train(model, learningRate: 0.5, clipNorm: clipNorm) { norm = $0.gradientNorm }
        return (Double((model.scores.value.detached() - before).norm().scalar), norm)
      }
      let (clipped, free) = (run(clipNorm: 1), run(clipNorm: nil))
      #expect(clipped.norm > 2 && abs(clipped.norm / free.norm - 1) < 1e-6)
      #expect(abs(clipped.moved - 0.5) < 1e-4)
      #expect(abs(free.moved / (0.5 * free.norm) - 1) < 1e-4)
    }
  }

  @Test("A training whose loss is no number ends there")
  func divergence() throws {
    try inSection { task in
      let model = FixedModel(tokens: task.vocabulary.count, scale: .infinity)
      var count = 0
      let curves = task.train(model, learningRate: 1) { _ in count += 1 }
      #expect(count == 1 && curves.curves.isEmpty)
    }
  }
}

/// The same scores for the next token, whatever came before.
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
