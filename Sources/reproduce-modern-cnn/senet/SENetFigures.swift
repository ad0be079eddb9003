import Reproduction

/// Section "Designing Convolution Network Architectures", which names squeeze and excitation, and
/// its paper: on 10,000 images of 16 by 16, five epochs.
enum SENetFigures {
  static let parameters = PublishedFigure.exact(
    "plain: parameters", "174970", source: .definition)
  /// A block of c channels with c / 4 hidden ones has c² / 2 + 5 c / 4 more.
  static let added = PublishedFigure.exact(
    "parameters of squeeze and excitation", "5656", source: .definition)

  static let plain = PublishedFigure.claim("plain: val_acc", "the network learns", 0.7...1)
  static let squeezed = PublishedFigure.claim(
    "squeeze and excitation: val_acc", "the network learns", 0.7...1)
  static let difference = PublishedFigure.claim(
    "val_acc with squeeze and excitation less without", "channels weighted by the whole image help",
    -0.01...0.2)

  /// The standard deviation of a channel's weight over images, its mean over channels.
  static let overImages = (1...3).map { stage in
    PublishedFigure.claim(
      "stage \(stage): spread of the weights over images", "weights depend on the image",
      0.001...0.5
    )
  }
  /// The standard deviation over classes of a channel's mean weight in a class.
  static let overClasses = (1...3).map {
    PublishedFigure.ours("stage \($0): spread of the weights over classes")
  }
  /// The standard deviation over channels of their mean weights.
  static let overChannels = (1...3).map {
    PublishedFigure.ours("stage \($0): spread of the weights over channels")
  }

  static let all: [any FigureGroup] = [
    parameters, added, plain, squeezed, difference, overImages,
  ]
}
