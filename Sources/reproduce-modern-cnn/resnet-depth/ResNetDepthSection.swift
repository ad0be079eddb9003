import Gannet
import Reproduction

extension Section {
  /// The paper's narrow networks of 20 and 56 layers with and without skip connections, and one of
  /// 110.
  static let resnetDepth = Section(
    "resnet-depth", title: "Depth with and without residual connections",
    reference: "8.6, resnet; He et al. (2016)", seconds: 150, published: ResNetDepthFigures.all
  ) { context in
    try context.seeded {
      var result = SectionResult()
      var series: [Series] = []
      for network in DeepNetwork.all {
        let task = try ImageTask(
          context, batchSize: 128, side: 8, counts: (12_800, 5_000), quick: (384, 256))
        let training = try task.train(
          ResNet.narrow(depth: network.depth, hasSkips: network.hasSkips), as: network.file,
          learningRate: 0.05, epochs: context.isQuick ? 1 : 2)
        result[ResNetDepthFigures.trainLoss(network)] = training.final(.trainLoss)
        result[ResNetDepthFigures.accuracy(network)] = training.final(.validationAccuracy)
        if let curve = training[.trainLoss] {
          series.append(Series(network.name, x: curve.epochs, y: curve.values))
        }
      }
      for (figure, hasSkips) in [
        (ResNetDepthFigures.plain, false), (ResNetDepthFigures.residual, true),
      ] {
        let losses = [56, 20].map {
          result[ResNetDepthFigures.trainLoss(DeepNetwork(depth: $0, hasSkips: hasSkips))]!
        }
        result[figure] = losses[0] - losses[1]
      }
      result.plots = [
        Plot(
          "losses", title: "Training loss by depth", x: Axis("epoch"), y: Axis("train_loss"),
          series: series)
      ]
      return result
    }
  }
}

/// A depth, with or without skip connections.
struct DeepNetwork: Sendable {
  let depth: Int
  let hasSkips: Bool

  static let all = [
    DeepNetwork(depth: 20, hasSkips: false), DeepNetwork(depth: 56, hasSkips: false),
    DeepNetwork(depth: 20, hasSkips: true), DeepNetwork(depth: 56, hasSkips: true),
    DeepNetwork(depth: 110, hasSkips: true),
  ]

  var name: String { "\(depth) layers, \(hasSkips ? "residual" : "plain")" }
  var file: String { "\(hasSkips ? "residual" : "plain")-\(depth)" }
}
