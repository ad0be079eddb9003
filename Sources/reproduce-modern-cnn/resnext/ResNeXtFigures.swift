import Reproduction

/// Section "Residual Networks (ResNet) and ResNeXt", 8.6.5, and the paper's table 2 at half its
/// widths: on 10,000 images of 32 by 32, three epochs.
enum ResNeXtFigures {
  static let block = ShapeFigures("ResNeXt block", channels: 32, height: 96, width: 96)
  /// A convolution from cᵢ to cₒ channels in g groups has cᵢ · cₒ / g weights for a pixel of its
  /// kernel.
  static let weights = PublishedFigure.exact(
    "weights of 2 groups over those of 1", "0.5", source: .definition)

  static let parameterRange = PublishedFigure.claim(
    "most parameters over fewest", "the networks cost the same", 1...1.06)
  static let multiplyAddRange = PublishedFigure.claim(
    "most multiply-adds over fewest", "the networks cost the same", 1...1.06)
  static let difference = PublishedFigure.claim(
    "val_acc of the best groups less 1x32d's", "groups trade parameters and computation better",
    -0.005...0.2)

  static func parameters(_ network: GroupedNetwork) -> PublishedFigure {
    .ours("\(network.name): parameters")
  }

  static func multiplyAdds(_ network: GroupedNetwork) -> PublishedFigure {
    .ours("\(network.name): multiply-adds")
  }

  static func accuracy(_ network: GroupedNetwork) -> PublishedFigure {
    .claim("\(network.name): val_acc", "the network learns", 0.7...1)
  }

  static let all: [any FigureGroup] = [
    block, weights, parameterRange, multiplyAddRange, difference,
    GroupedNetwork.all.map(accuracy),
  ]
}
