import Reproduction

/// The chapter "Modern Convolutional Neural Networks" as a program.
@main
enum ReproduceModernCNN {
  static func main() {
    Chapter(
      "modern-cnn", title: "Modern convolutional neural networks",
      sections: [.batchNorm, .layerNorm, .resnet, .resnetDepth, .minimalFiltering]
    ).main()
  }
}
