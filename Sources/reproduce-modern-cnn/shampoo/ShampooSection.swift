import Gannet
import GannetPlots
import Reproduction

extension Section {
  /// The steps and the time to a given training loss by SGD, Adam, AdamW and Shampoo.
  static let shampoo = Section(
    "shampoo", title: "Steps and time to a loss: Shampoo, SGD, Adam, AdamW",
    reference: "12.9 and 12.10, beyond the book; Anil et al. (2020)", seconds: 330, epochs: 10,
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
  /// Trains the network by an optimizer, under the name of the run.
  private let train: (_ run: Run) throws -> Void
  private let rates: Rates

  private typealias Recipe = (Parameters) -> Optimizer

  private struct Run {
    let name: String
    let make: Recipe
    let target: LossTarget
  }

  /// Typical learning rates, not tuned; Shampoo, grafted onto Adam, has Adam's. Its blocks have sides
  /// of up to 256, since the time of a root grows with the third power of a side.
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
    default: { Shampoo($0, learningRate: rates.adam, blockSize: 256, grafting: .adam()) }
    }
  }

  /// The book's network of two layers, 784-256-10.
  static func perceptron(_ context: SectionContext) throws -> Self {
    let task = try ImageTask(context)
    return Self(
      train: {
        try train($0, context, task.restarted().training, .classification, epochs: 1) {
          MultilayerPerceptron.concise()
        }
      }, rates: Rates(sgd: 0.1, adam: 1e-3))
  }

  /// ResNet-18 on images of 48 by 48.
  static func residualNetwork(_ context: SectionContext) throws -> Self {
    let task = try ImageTask(
      context, batchSize: 128, side: 48, counts: (20_000, 1_000), quick: (256, 128))
    return Self(
      train: {
        try train($0, context, task.restarted().training, .classification, epochs: 0.4) {
          ResNet.resNet18()
        }
      }, rates: Rates(sgd: 0.02, momentum: 0.9, adam: 1e-3))
  }

  /// A GRU of 128 units on the characters of The Time Machine.
  static func languageModel(_ context: SectionContext) throws -> Self {
    let task = try LanguageTask(context)
    return Self(
      train: {
        try train(
          $0, context, task.restarted().training, .nextToken, epochs: 3, clipNorm: 1
        ) {
          LanguageModel(GRU(task.vocabulary.count, 128))
        }
      }, rates: Rates(sgd: 4, adam: 1e-2))
  }

  /// - Parameter share: The number of epochs, as a share of the section's; one in a quick run.
  private static func train<Model: Module, Examples: Dataset>(
    _ run: Run, _ context: SectionContext, _ training: DataLoader<Examples>,
    _ loss: Objective<Model, Examples.Batch>, epochs share: Double, clipNorm: Float? = nil,
    _ network: () -> Model
  ) throws {
    let epochs = context.isQuick ? 1 : max(1, Int(share * Double(context.epochs)))
    let model = network()
    let bar = context.progress(run.name, total: epochs * training.batchCount)
    let progress = Hooks(onStep: { bar.advance(showing: ["loss": $0.loss]) })
    let trainer = Trainer(
      model, optimizer: run.make(model.parameters), loss: loss,
      distribution: context.distribution, clipNorm: clipNorm, callbacks: [run.target, progress],
      showsProgress: false)
    try trainer.fit(training, epochs: epochs)
    bar.finish(showing: ["loss": run.target.means.last ?? .nan])
  }

  func run(
    _ network: ShampooFigures.Network, _ context: SectionContext, _ result: inout SectionResult
  ) throws {
    var series: [Series] = []
    var steps: [String: Int] = [:]
    for optimizer in ShampooFigures.optimizers {
      let target = LossTarget(network.loss)
      let run = Run(
        name: "\(network.name), \(optimizer)", make: recipe(optimizer), target: target)
      try context.seeded { try train(run) }
      let figures = network.figures(optimizer)
      result[figures.steps] = target.reached.map { Double($0.steps) }
      result[figures.seconds] = target.reached?.seconds
      result[figures.lastLoss] = target.means.last
      steps[optimizer] = target.reached?.steps
      series.append(
        Series(optimizer, x: target.means.indices.map { Double($0 + 1) }, y: target.means))
    }
    if let own = steps.removeValue(forKey: "Shampoo"), let least = steps.values.min() {
      result[network.ratio] = Double(own) / Double(least)
    }
    result.plots.append(
      Plot(
        "\(network.name)-losses", title: "Mean training loss of \(LossTarget.window) steps",
        x: Axis("step"), y: Axis("loss"), series: series))
  }
}
