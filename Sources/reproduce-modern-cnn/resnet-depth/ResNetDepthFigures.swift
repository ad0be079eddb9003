import Reproduction

/// Section "Residual Networks (ResNet) and ResNeXt", and the paper's figure 1: on 12,800 images of
/// 8 by 8, two epochs.
enum ResNetDepthFigures {
  static let plain = PublishedFigure.claim(
    "plain: train_loss of 56 layers less that of 20", "deeper, it trains worse", 0.35...3)
  static let residual = PublishedFigure.claim(
    "residual: train_loss of 56 layers less that of 20", "skip connections mend it", -1...0.25)

  static func trainLoss(_ network: DeepNetwork) -> PublishedFigure {
    .ours("\(network.name): train_loss")
  }

  static func accuracy(_ network: DeepNetwork) -> PublishedFigure {
    let name = "\(network.name): val_acc"
    return network.depth == 110
      ? .claim(name, "over 100 layers can be trained", 0.6...1) : .ours(name)
  }

  static let all: [any FigureGroup] = [plain, residual, DeepNetwork.all.map(accuracy)]
}
