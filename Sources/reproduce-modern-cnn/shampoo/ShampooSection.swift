import Gannet
import GannetPlots
import Reproduction

extension Section {
  /// The steps and the time to a given training loss by SGD, Adam, AdamW and Shampoo.
  static let shampoo = Section(
    "shampoo", title: "Steps and time to a loss: Shampoo, SGD, Adam, AdamW",
    reference: "12.9 and 12.10, beyond the book; Anil et al. (2020)", seconds: 1_800, epochs: 10,
    published: ShampooFigures.all
  ) { context in
    var result = SectionResult()
    let studies = try [
      TargetStudy.perceptron(context), .residualNetwork(context), .languageModel(context),
    ]
    for (network, study) in zip(ShampooFigures.networks, studies) {
      try study.run(network, context, &result)
    }
    return result
  }
}

/// One network that each optimizer trains from the same weights, through the same batches, until a
/// loss is reached or the epochs have ended.
private struct TargetStudy {
  /// Trains the network by an optimizer, with a callback.
  private let train: (_ make: Recipe, _ target: LossTarget) throws -> Void
  private let rates: Rates

  private typealias Recipe = (Parameters) -> Optimizer

  /// Typical learning rates, not tuned; Shampoo, grafted onto Adam, has Adam's.
  private struct Rates {
    let sgd: Float
    var momentum: Float = 0
    let adam: Float
  }

  private func recipe(_ optimizer: String) -> Recipe {
    let rates = rates
    return switch optimizer {
    case "SGD": { SGD($0, learningRate: rates.sgd, momentum: rates.momentum) }
    case "Adam": { Adam($0, learningRate: rates.adam) }
    case "AdamW": { AdamW($0, learningRate: rates.adam) }
    default: { Shampoo($0, learningRate: rates.adam, grafting: .adam()) }
    }
  }

  /// The book's network of two layers, 784-256-10.
  static func perceptron(_ context: SectionContext) throws -> Self {
    let task = try ImageTask(context)
    return Self(
      train: { make, target in
        try train(context, task.restarted().training, .classification, epochs: 1, make, target) {
          MultilayerPerceptron.concise()
        }
      }, rates: Rates(sgd: 0.1, adam: 1e-3))
  }

  /// ResNet-18 on images of 48 by 48.
  static func residualNetwork(_ context: SectionContext) throws -> Self {
    let task = try ImageTask(
      context, batchSize: 128, side: 48, counts: (20_000, 1_000), quick: (512, 128))
    return Self(
      train: { make, target in
        try train(context, task.restarted().training, .classification, epochs: 0.4, make, target) {
          ResNet.resNet18()
        }
      }, rates: Rates(sgd: 0.02, momentum: 0.9, adam: 1e-3))
  }

  /// A GRU of 128 units on the characters of The Time Machine.
  static func languageModel(_ context: SectionContext) throws -> Self {
    let task = try LanguageTask(context)
    return Self(
      train: { make, target in
        try train(
          context, task.restarted().training, .nextToken, epochs: 3, clipNorm: 1, make, target
        ) {
          LanguageModel(GRU(task.vocabulary.count, 128))
        }
      }, rates: Rates(sgd: 4, adam: 1e-2))
  }

  /// - Parameter share: The number of epochs, as a share of the section's.
  private static func train<Model: Module, Examples: Dataset>(
    _ context: SectionContext, _ training: DataLoader<Examples>,
    _ loss: Objective<Model, Examples.Batch>, epochs share: Double, clipNorm: Float? = nil,
    _ make: Recipe, _ target: LossTarget, _ network: () -> Model
  ) throws {
    let model = network()
    let trainer = Trainer(
      model, optimizer: make(model.parameters), loss: loss, distribution: context.distribution,
      clipNorm: clipNorm, callbacks: [target], showsProgress: false)
    try trainer.fit(training, epochs: max(1, Int(share * Double(context.epochs))))
  }

  func run(
    _ network: ShampooFigures.Network, _ context: SectionContext, _ result: inout SectionResult
  ) throws {
    var series: [Series] = []
    for optimizer in ShampooFigures.optimizers {
      let bar = context.progress("\(network.name), \(optimizer)", total: 1)
      let target = LossTarget(network.loss)
      try context.seeded { try train(recipe(optimizer), target) }
      let figures = network.figures(optimizer)
      result[figures.steps] = target.reached.map { Double($0.steps) }
      result[figures.seconds] = target.reached?.seconds
      result[figures.lastLoss] = target.means.last
      series.append(
        Series(optimizer, x: target.means.indices.map { Double($0 + 1) }, y: target.means))
      bar.finish(showing: ["loss": target.means.last ?? .nan])
    }
    result.plots.append(
      Plot(
        "\(network.name)-losses", title: "Mean training loss of \(LossTarget.window) steps",
        x: Axis("step"), y: Axis("loss"), series: series))
  }
}
