import Foundation
import Gannet
import Reproduction

extension Section {
  /// The effects of clipping on a gradient, and on trainings at the book's learning rate, a higher
  /// and a tiny one.
  static let clipping = Section(
    "clipping", title: "Gradient clipping", reference: "9.5.3, rnn-scratch", seconds: 15,
    published: ClippingFigures.all
  ) { context in
    try context.seeded {
      let task = try LanguageTask(context)
      var result = clippedGradient(task)
      let study = ClippingStudy(context, task)
      for setting in ClippingStudy.Setting.all { result.add(try study.run(setting)) }
      func perplexity(_ setting: ClippingStudy.Setting) -> Double { result[setting.perplexity]! }
      result[ClippingFigures.tinySteps] = perplexity(.slowFree) / perplexity(.clipped)
      result[ClippingFigures.freeBesideClipped] = perplexity(.fastFree) / perplexity(.fastClipped)
      result.plots = [ClippingStudy.plot(result.curves)]
      return result
    }
  }

  /// A gradient of a language model, cut to balls that it lies without and within.
  private static func clippedGradient(_ task: LanguageTask) -> SectionResult {
    let model = LanguageModel(RNN(task.vocabulary.count, 32))
    let parameters = model.parameters
    task.loss(model, task.validation.first { _ in true }!).backward()
    let gradients = parameters.map { $0.gradient! }
    let norm = Float(parameters.gradientNorm)

    var result = SectionResult(fallback: task.fallback)
    let byHand = clip(gradients, toNorm: norm / 2)
    parameters.clipGradients(toNorm: norm / 2)
    let clipped = parameters.map { $0.gradient! }
    result[ClippingFigures.norm] =
      parameters.gradientNorm / Double(norm / 2)
    result[ClippingFigures.cosine] = cosine(gradients, clipped)
    result[ClippingFigures.byHand] =
      Double(difference(byHand, clipped) / (norm / 2))
    result[ClippingFigures.within] =
      Double(difference(clip(gradients, toNorm: norm * 2), gradients))
    return result
  }

  /// Section 9.5.3: g ← min(1, θ / ‖g‖) g.
  private static func clip(_ gradients: [Tensor], toNorm radius: Float) -> [Tensor] {
    let norm = sqrt(gradients.map { square($0).sum() }.reduce(Tensor(0), +)).scalar
    return gradients.map { min(1, radius / norm) * $0 }
  }

  private static func cosine(_ a: [Tensor], _ b: [Tensor]) -> Double {
    func product(_ a: [Tensor], _ b: [Tensor]) -> Double {
      zip(a, b).map { Double(($0 * $1).sum().scalar) }.reduce(0, +)
    }
    return product(a, b) / (product(a, a) * product(b, b)).squareRoot()
  }

  private static func difference(_ a: [Tensor], _ b: [Tensor]) -> Float {
    zip(a, b).map { abs($0 - $1).max().scalar }.max()!
  }
}
