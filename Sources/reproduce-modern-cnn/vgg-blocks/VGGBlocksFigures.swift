import Reproduction

/// Section "Networks Using Blocks (VGG)", 8.2.1, on 10,000 images of 32 by 32.
enum VGGBlocksFigures {
  static let twoOverOne = PublishedFigure.exact(
    "weights of two 3x3 over those of one 5x5", "0.72", source: .text)
  static let threeOverOne = PublishedFigure.claim(
    "weights of three 3x3 over those of one 5x5",
    "a 5x5 uses approximately as many as three 3x3", 0.9...1.1)
  static let receptiveField = PublishedFigure.exact(
    "side of the pixels that two 3x3 touch", "5", source: .text)

  static func parameters(_ network: BlockNetwork) -> PublishedFigure {
    .ours("\(network.name): parameters")
  }
  static func multiplyAdds(_ network: BlockNetwork) -> PublishedFigure {
    .ours("\(network.name): multiply-adds of an image")
  }
  static func accuracy(_ network: BlockNetwork) -> PublishedFigure {
    .claim("\(network.name): val_acc", "the network learns", 0.7...1)
  }

  static let pairs = PublishedFigure.claim(
    "val_acc of two 3x3 less that of one 5x5", "deep and narrow networks do better", -0.01...0.2)
  static let depth = PublishedFigure.claim(
    "val_acc of deep and narrow less that of shallow and wide",
    "deep and narrow networks do better", -0.01...0.2)
  static let costs = PublishedFigure.claim(
    "parameters of shallow and wide over those of deep and narrow", "both cost the same",
    0.95...1.05
  )

  static let all: [any FigureGroup] = [
    twoOverOne, threeOverOne, receptiveField, BlockNetwork.all.map(accuracy), pairs, depth, costs,
  ]
}
