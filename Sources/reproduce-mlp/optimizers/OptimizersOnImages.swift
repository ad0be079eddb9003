import Gannet
import Reproduction

/// Every optimizer of the library on the book's network and Fashion-MNIST, from the same weights
/// and through the same batches.
struct OptimizersOnImages {
  /// An optimizer's name and factory.
  typealias Recipe = (name: String, make: @Sendable (Parameters) -> Optimizer)

  /// Optimizers by family, with typical learning rates, not tuned.
  private static let families: [(title: String, members: [Recipe])] = [
    (
      "one rate, and one for each direction",
      [
        ("SGD", { SGD($0, learningRate: 0.1) }),
        ("momentum", { SGD($0, learningRate: 0.05, momentum: 0.9) }),
        ("Nesterov", { SGD($0, learningRate: 0.05, momentum: 0.9, isNesterov: true) }),
        ("Shampoo", { Shampoo($0, learningRate: 0.1) }),
      ]
    ),
    (
      "a rate for each weight",
      [
        ("AdaGrad", { AdaGrad($0, learningRate: 0.01) }),
        ("RMSProp", { RMSProp($0, learningRate: 0.001) }),
        ("Adadelta", { Adadelta($0) }),
      ]
    ),
    (
      "both moments",
      [
        ("Adam", { Adam($0, learningRate: 0.001) }),
        ("AdamW", { AdamW($0, learningRate: 0.001) }),
        ("Yogi", { Yogi($0, learningRate: 0.01) }),
      ]
    ),
  ]

  /// The names of all optimizers.
  static var names: [String] { families.flatMap(\.members).map(\.name) }

  private let context: SectionContext
  private let task: ImageTask
  private let model = MultilayerPerceptron.concise()
  private let start: StateDictionary

  init(_ context: SectionContext) throws {
    self.context = context
    task = try ImageTask(context)
    start = model.stateDictionary
  }

  /// The losses, with a panel for each family, and the final figures.
  func run() throws -> SectionResult {
    var result = SectionResult()
    let panels = try Self.families.map { title, members in
      let series = try members.map { recipe in
        let (losses, accuracy) = try train(recipe)
        let figures = ImageFigures(recipe.name)
        result[figures.trainLoss] = losses.last
        result[figures.accuracy] = accuracy
        let tenths = losses.indices.map { (Double($0) + 0.5) / 10 }
        return Series(recipe.name, x: tenths, y: losses)
      }
      return Panel(title, x: Axis("epoch"), y: Axis("loss", range: 0.3...1.2), series: series)
    }
    result.plots = [
      Plot("losses", title: "Training loss on Fashion-MNIST, 784-256-10", panels: panels)
    ]
    return result
  }

  /// The mean loss over each tenth of an epoch, and the accuracy in the end.
  private func train(_ recipe: Recipe) throws -> (losses: [Double], accuracy: Double) {
    try model.load(start)
    task.training.position = .init()
    let steps = context.epochs * task.training.batchCount
    let bar = context.progress(recipe.name, total: steps)
    var sums = [(total: Double, count: Double)](
      repeating: (0, 0), count: 10 * context.epochs)
    let trainer = Trainer(
      model, optimizer: recipe.make(model.parameters), loss: .classification,
      callbacks: [
        Hooks(onStep: { step in
          let tenth = step.step * sums.count / steps
          sums[tenth] = (sums[tenth].total + step.loss, sums[tenth].count + 1)
          bar.advance(showing: ["loss": step.loss])
        })
      ], showsProgress: false)
    try trainer.fit(task.training, epochs: context.epochs)
    let accuracy = try trainer.evaluate(task.validation)["accuracy"]!
    bar.finish(showing: ["val_acc": accuracy])
    return (sums.map { $0.total / $0.count }, accuracy)
  }
}
