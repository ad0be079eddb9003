import Reproduction

/// The chapter "Modern Convolutional Neural Networks" as a program.
@main
package enum ReproduceModernCNN {
  package static let chapter = Chapter(
    "modern-cnn", title: "Modern convolutional neural networks",
    sections: [.batchNorm, .layerNorm, .resnet, .resnetDepth, .winograd])

  static func main() { chapter.main() }
}
