import Gannet
import Reproduction

/// Trainings of a language model in several settings, from the same weights on the same batches.
struct ClippingStudy {
  struct Setting: Equatable, Sendable {
    let learningRate: Float
    /// Nil for no clipping.
    let clipNorm: Float?

    static let clipped = Setting(learningRate: 1, clipNorm: 1)
    static let free = Setting(learningRate: 1, clipNorm: nil)
    static let fastClipped = Setting(learningRate: 4, clipNorm: 0.5)
    static let fastFree = Setting(learningRate: 4, clipNorm: nil)
    static let slowFree = Setting(learningRate: 0.1, clipNorm: nil)

    static let all = [clipped, free, fastClipped, fastFree, slowFree]

    var name: String {
      let rate = learningRate < 1 ? "\(learningRate)" : "\(Int(learningRate))"
      return "rate \(rate), \(clipNorm == nil ? "free" : "clipped")"
    }
  }

  private let context: SectionContext
  private let task: LanguageTask

  init(_ context: SectionContext, _ task: LanguageTask) {
    self.context = context
    self.task = task
  }

  func run(_ setting: Setting) throws -> SectionResult {
    try context.seeded {
      let task = task.restarted()
      let model = LanguageModel(RNN(task.vocabulary.count, 32))
      let recorder = StepRecorder(model)
      let training = try task.train(
        model, as: setting.name, learningRate: setting.learningRate, clipNorm: setting.clipNorm,
        epochs: context.isQuick ? 1 : 30, callbacks: [recorder])
      let steps = recorder.steps

      var result = SectionResult()
      let name = setting.name
      result[setting.perplexity] = training.final(.validationPerplexity) ?? .infinity
      result[.ours("\(name): largest gradient")] = steps.map(\.gradientNorm).max()
      result[setting.largestRise] = largestRise(steps.map(\.loss))
      if let clipNorm = setting.clipNorm.map(Double.init) {
        result[setting.shareClipped] =
          Double(steps.count { $0.gradientNorm > clipNorm }) / Double(steps.count)
      }
      let epochs = steps.indices.map { Double($0) / Double(task.training.batchCount) }
      result.curves = [
        Curve("\(name): gradient", epochs: epochs, values: steps.map(\.gradientNorm)),
        Curve("\(name): loss", epochs: epochs, values: steps.map(\.loss)),
      ]
      return result
    }
  }

  /// The largest rise of a loss above the best before it.
  private func largestRise(_ losses: [Double]) -> Double {
    var best = Double.infinity
    return losses.reduce(0) { rise, loss in
      best = min(best, loss)
      return max(rise, loss - best)
    }
  }

  /// Norms and losses of all trainings.
  static func plot(_ curves: [Curve]) -> Plot {
    func panel(_ quantity: String) -> Panel {
      Panel(
        x: Axis("epoch"), y: Axis(quantity, log: true),
        series: curves.filter { $0.name.hasSuffix(": \(quantity)") }.map {
          Series($0.name.replacing(": \(quantity)", with: ""), x: $0.epochs, y: $0.values)
        })
    }
    return Plot(
      "clipping", title: "With clipping and without",
      panels: [panel("gradient"), panel("loss")])
  }
}
