import Reproduction

/// Section "Deep Convolutional Neural Networks (AlexNet)", 8.1.2.3, on a narrow AlexNet and 4,000
/// images of 28 by 28.
enum AugmentationFigures {
  static let plain = "plain", augmented = "augmented"

  static func accuracy(_ name: String) -> PublishedFigure {
    .claim("\(name): val_acc", "the network learns", 0.7...1)
  }

  static func trainingAccuracy(_ name: String) -> PublishedFigure {
    .ours("\(name): accuracy on the training images, unchanged")
  }

  static func gap(_ name: String) -> PublishedFigure {
    .ours("\(name): gap of the accuracies, training less validation")
  }

  static let narrowing = PublishedFigure.claim(
    "gap with augmentation less that without", "a larger sample size reduces overfitting",
    -1...0)

  static let all: [any FigureGroup] = [accuracy(plain), accuracy(augmented), narrowing]
}
