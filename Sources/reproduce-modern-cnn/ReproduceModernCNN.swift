import Reproduction

/// The chapter "Modern Convolutional Neural Networks" as a program.
@main
package enum ReproduceModernCNN {
  package static let chapter = Chapter(
    "modern-cnn", number: 8, title: "Modern convolutional neural networks",
    sections: [
      .alexnet, .alexnetAugmentation, .vgg, .vggBlocks, .nin, .googlenet, .batchNorm, .layerNorm,
      .resnet, .resnetDepth, .winograd, .resnext, .densenet, .densenetGrowth, .anynet, .regnet,
      .senet, .shampoo,
    ])

  static func main() { chapter.main() }
}
