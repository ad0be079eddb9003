import GannetModels
import GannetNN
import GannetTensor
import Testing

/// A network of images, which a graph must compute as the network itself does.
package struct SampleNetwork: Sendable, CustomTestStringConvertible {
  package let testDescription: String
  /// The shape of an image.
  package let shape: [Int]
  private let make: @Sendable () -> any Layer

  init(_ name: String, _ shape: [Int], _ make: @escaping @Sendable () -> any Layer) {
    (testDescription, self.shape, self.make) = (name, shape, make)
  }

  package static let all = small + large

  package static let small = [
    Self("MLP", [1, 28, 28]) { MultilayerPerceptron.dropout() },
    Self("LeNet", [1, 28, 28]) { LeNet() },
    Self("LeNet with batch norm", [1, 28, 28]) { BatchNormLeNet() },
    Self("NiN", [1, 96, 96]) { NiN() },
    Self("GoogLeNet", [1, 64, 64]) { GoogLeNet() },
    Self("ResNet-18 with squeeze", [1, 64, 64]) { ResNet.resNet18(squeezeRatio: 0.25) },
    Self("DenseNet", [1, 64, 64]) { DenseNet() },
    Self("RegNet", [1, 64, 64]) { AnyNet.regNetX32() },
    Self("ViT", [1, 96, 96]) { VisionTransformer.book() },
  ]

  /// Networks of 8 million parameters or more, or of many operations.
  package static let large = [
    Self("AlexNet", [1, 224, 224]) { AlexNet() },
    Self("VGG-11", [1, 224, 224]) { VGG() },
    Self("ResNet-50", [3, 64, 64]) { ResNet.torchvision(depth: 50) },
    Self("DenseNet-121", [3, 64, 64]) { DenseNet.denseNet121() },
  ]

  /// Images whose values follow from `seed`.
  package func images(_ count: Int, seed: UInt32) -> Tensor {
    Tensor(hash: seed, Shape([count] + shape))
  }

  /// The network, always of the same weights; its batch norms have statistics and parameters unlike those
  /// of a new one.
  package func model() -> any Layer {
    withRandomSeed(1) {
      let model = make()
      for (_, module) in model.namedModules {
        guard let norm = module as? BatchNorm else { continue }
        norm.runningMean.value = Tensor(normal: norm.runningMean.value.shape) * 0.1
        norm.runningVar.value = Tensor(uniform: norm.runningVar.value.shape) + 0.5
        withoutGradients {
          norm.weight!.value = Tensor(uniform: norm.weight!.shape) + 0.5
          norm.bias!.value = Tensor(normal: norm.bias!.shape) * 0.1
        }
      }
      return model
    }
  }
}
