import Reproduction

/// What Shampoo and its relatives need to come to a given loss; the book has no figures of it.
enum ShampooFigures {
  /// The optimizers, by the names of their figures.
  static let optimizers = ["SGD", "Adam", "AdamW", "Shampoo"]

  /// The networks, with the mean training losses that they are to reach.
  static let networks = [
    Network(name: "mlp", loss: 0.35), Network(name: "resnet", loss: 0.35, isJudged: false),
    Network(name: "gru", loss: 1.8),
  ]

  struct Network {
    let name: String
    let loss: Double
    /// Whether Shampoo is to need fewer steps. To the loss of ResNet-18, little more than an epoch
    /// away, no optimizer leads.
    var isJudged = true

    /// The steps of Shampoo over the fewest of the other optimizers.
    var ratio: PublishedFigure {
      let name = "\(name): Shampoo's steps over the fewest of others"
      return isJudged ? .claim(name, "Shampoo needs fewer steps", 0...1) : .ours(name)
    }

    func figures(_ optimizer: String) -> TargetFigures {
      TargetFigures("\(name) to a loss of \(loss), \(optimizer)")
    }
  }

  static let all: [any FigureGroup] =
    networks.map { network in optimizers.map(network.figures) } + networks.map(\.ratio)
}

/// The way of one optimizer to a loss; without steps and seconds where it did not come there.
struct TargetFigures: FigureGroup {
  let steps: PublishedFigure
  let seconds: PublishedFigure
  let lastLoss: PublishedFigure

  init(_ name: String) {
    steps = .ours("\(name): steps")
    seconds = .ours("\(name): seconds")
    lastLoss = .ours("\(name): last loss")
  }

  var figures: [PublishedFigure] { [steps, seconds, lastLoss] }
}
