import Foundation
import Gannet
import Reproduction

/// The effects of truncation on the gradient of a language model, the time of a step and the
/// perplexity reached.
struct TruncationStudy {
  private let context: SectionContext
  private let task: LanguageTask
  private let draws: Int

  init(_ context: SectionContext, _ task: LanguageTask) {
    self.context = context
    self.task = task
    draws = context.isQuick ? 20 : 400
  }

  func run() throws -> SectionResult {
    var result = SectionResult()
    var models: [TruncationStrategy: LanguageModel<Tensor>] = [:]
    var perplexities: [TruncationStrategy: Double] = [:]
    var series: [Series] = []
    for strategy in TruncationStrategy.allCases {
      let (model, training) = try train(strategy)
      models[strategy] = model
      result[.ours("\(strategy.rawValue): train_ppl")] = training.final(.trainPerplexity)
      perplexities[strategy] = training.final(.validationPerplexity)
      result[.ours("\(strategy.rawValue): val_ppl")] = perplexities[strategy]
      if let curve = training[.validationPerplexity] {
        series.append(Series(strategy.rawValue, x: curve.epochs, y: curve.values))
      }
    }
    for strategy in TruncationStrategy.allCases where strategy != .full {
      result[strategy.besideFull] = perplexities[strategy]! / perplexities[.full]!
    }
    result[TruncationFigures.randomBesideRegular] =
      perplexities[.randomLengths]! / perplexities[.regular]!

    result.fallback = task.fallback
    let untrained = LanguageModel(RNN(task.vocabulary.count, 32))
    let trained = models[.full]!
    let batch = task.training.dataset.batch(at: Array(0..<64))
    result.add(errors(GradientEstimates(trained, task, batch)))
    result.add(reach(trained, batch.inputs))
    result.add(times(trained))
    let lengths = lengthPlot(
      [("untrained", untrained), ("trained", trained)].map {
        ($0, GradientEstimates($1, task, batch))
      })
    result.add(
      try GradientByDistance().run(
        untrained: untrained, trained: trained, batch))
    result.plots += [
      lengths,
      Plot(
        "perplexity", title: "Validation perplexity by truncation", x: Axis("epoch"),
        y: Axis("perplexity"), series: series),
    ]
    result.notes = TruncationStrategy.allCases.map {
      .row([
        "truncation": $0.rawValue,
        "segments": $0.segments(of: "the time machine by h g wells the time traveller"),
      ])
    }
    return result
  }

  /// Trains from the same weights on the same batches.
  private func train(
    _ strategy: TruncationStrategy
  ) throws -> (LanguageModel<Tensor>, TrainingCurves) {
    try context.seeded {
      let task = task.restarted()
      let model = LanguageModel(RNN(task.vocabulary.count, 32))
      let training = try task.train(
        TruncatedModel(model, strategy.truncation()), as: strategy.rawValue, learningRate: 1,
        epochs: context.isQuick ? 1 : 50)
      return (model, training)
    }
  }

  // MARK: Gradients

  private func errors(_ estimates: GradientEstimates) -> SectionResult {
    var result = SectionResult()
    for strategy in TruncationStrategy.allCases {
      let truncation = strategy.truncation()
      let (single, mean) = estimates.errors(of: truncation, draws: truncation == nil ? 1 : draws)
      result[strategy.error] = single
      if let meanError = strategy.meanError { result[meanError] = mean / single }
    }
    return result
  }

  private func lengthPlot(_ models: [(String, GradientEstimates)]) -> Plot {
    let lengths = [1, 2, 4, 8, 16]
    return Plot(
      "lengths", title: "Error of the gradient cut every so many steps",
      x: Axis("steps of a segment", range: 0...16), y: Axis("error beside the full gradient"),
      series: models.map { name, estimates in
        Series(
          name, x: lengths.map(Double.init),
          y: lengths.map { estimates.errors(of: .every($0), draws: 1).single }, style: .path)
      })
  }

  /// The gradient of the last output with respect to an input of the previous segment, with and
  /// without truncation every 8 steps.
  private func reach(_ model: LanguageModel<Tensor>, _ tokens: IntTensor) -> SectionResult {
    let vectors = Tensor(oneHot: tokens.transposed(), classCount: model.rnn.inputSize)
    func gradient(_ truncation: Truncation?, stepsBack: Int) -> Double {
      let inputs = vectors.requiringGradient()
      model.rnn(inputs, truncation: truncation).output[-1].sum().backward()
      return Double(inputs.gradient![-1 - stepsBack].norm().scalar)
    }
    return SectionResult(figures: [
      TruncationFigures.beyondSegment: gradient(.every(8), stepsBack: 8),
      TruncationFigures.withinSegment: gradient(.every(8), stepsBack: 7),
      TruncationFigures.full: gradient(nil, stepsBack: 8),
    ])
  }

  // MARK: Time

  /// Milliseconds of forward and backward on 1,024 windows, the median of nine.
  private func times(_ model: LanguageModel<Tensor>) -> SectionResult {
    let batch = task.training.dataset.batch(at: Array(0..<1024))
    var result = SectionResult()
    for strategy in TruncationStrategy.allCases {
      let truncated = TruncatedModel(model, strategy.truncation())
      let clock = ContinuousClock()
      let times = (0..<9).map { _ in clock.measure { task.loss(truncated, batch).backward() } }
      result[.ours("\(strategy.rawValue): ms for a gradient")] =
        times.sorted()[4] / .milliseconds(1)
    }
    return result
  }
}
