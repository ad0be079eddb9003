import Foundation
import GannetNN
import GannetTensor

// Networks with the weights of a file, of torchvision's `torch.save` or of safetensors. A
// classification layer of another number of classes than the file's keeps its initial values. All
// throw `FileError` where the file is missing, damaged or of another format, and `StateError` where
// it does not hold this network.

extension ResNet {
  /// ResNet-18 with torchvision's weights.
  ///
  ///     let net = try ResNet.resNet18(weights: url)
  ///     let mine = try ResNet.resNet18(weights: url, classCount: 5)  // with a new head
  ///
  /// - Parameters:
  ///   - weights: A file of `torch.save`, a safetensors file, or an index of several.
  ///   - classCount: The number of classes; where it is not the file's, the last layer keeps its initial
  ///     values.
  /// - Throws: `FileError` where the file is missing, damaged or of another format, `StateError` where
  ///   it does not hold this network.
  public static func resNet18(weights: URL, classCount: Int = 1_000) throws -> ResNet {
    try loaded(torchvision(depth: 18, classCount: classCount), weights)
  }

  /// ResNet-34 with torchvision's weights, as ``resNet18(weights:classCount:)``.
  public static func resNet34(weights: URL, classCount: Int = 1_000) throws -> ResNet {
    try loaded(torchvision(depth: 34, classCount: classCount), weights)
  }

  /// ResNet-50 with torchvision's weights, as ``resNet18(weights:classCount:)``.
  public static func resNet50(weights: URL, classCount: Int = 1_000) throws -> ResNet {
    try loaded(torchvision(depth: 50, classCount: classCount), weights)
  }

  /// ResNet-101 with torchvision's weights, as ``resNet18(weights:classCount:)``.
  public static func resNet101(weights: URL, classCount: Int = 1_000) throws -> ResNet {
    try loaded(torchvision(depth: 101, classCount: classCount), weights)
  }

  /// ResNet-152 with torchvision's weights, as ``resNet18(weights:classCount:)``.
  public static func resNet152(weights: URL, classCount: Int = 1_000) throws -> ResNet {
    try loaded(torchvision(depth: 152, classCount: classCount), weights)
  }

  /// ResNeXt-50 (32x4d) with torchvision's weights, as ``resNet18(weights:classCount:)``.
  public static func resNeXt50(weights: URL, classCount: Int = 1_000) throws -> ResNet {
    try loaded(resNeXt50(classCount: classCount), weights)
  }

  private static func loaded(_ network: ResNet, _ url: URL) throws -> ResNet {
    try TorchvisionWeights(url).load(into: network, head: "fc")
  }
}

extension AlexNet {
  /// AlexNet with torchvision's weights, as ``ResNet/resNet18(weights:classCount:)``.
  public static func torchvision(weights: URL, classCount: Int = 1_000) throws -> AlexNet {
    try TorchvisionWeights(weights)
      .load(into: torchvision(classCount: classCount), head: "classifier.6")
  }
}

extension VGG {
  /// VGG-11, VGG-13, VGG-16 or VGG-19 with torchvision's weights, as
  /// ``ResNet/resNet18(weights:classCount:)``.
  public static func torchvision(
    depth: Int, weights: URL, classCount: Int = 1_000
  ) throws -> VGG {
    try TorchvisionWeights(weights)
      .load(into: torchvision(depth: depth, classCount: classCount), head: "classifier.6")
  }
}

extension GoogLeNet {
  /// GoogLeNet with torchvision's weights, as ``ResNet/resNet18(weights:classCount:)``.
  ///
  /// Its auxiliary classifiers are left out. torchvision's published weights are for pixels from -1 to
  /// 1 (mean and standard deviation 0.5), to which it brings images of ImageNet's normalization.
  public static func torchvision(weights: URL, classCount: Int = 1_000) throws -> GoogLeNet {
    var file = try TorchvisionWeights(weights)
    file.remove("aux1")
    file.remove("aux2")
    return try file.load(
      into: GoogLeNet(inputChannels: 3, classCount: classCount, style: .torchvision), head: "fc")
  }
}

extension DenseNet {
  /// DenseNet-121 with torchvision's weights, as ``ResNet/resNet18(weights:classCount:)``; also with
  /// those of its older files, whose layers are named `norm.1` and `conv.2`.
  public static func denseNet121(weights: URL, classCount: Int = 1_000) throws -> DenseNet {
    var file = try TorchvisionWeights(weights)
    file.rename { name in
      ["norm", "conv"].reduce(name) { name, kind in
        name.replacing(".\(kind).1.", with: ".\(kind)1.").replacing(
          ".\(kind).2.", with: ".\(kind)2.")
      }
    }
    return try file.load(into: denseNet121(classCount: classCount), head: "classifier")
  }
}

extension AnyNet {
  /// A RegNetX with torchvision's weights, as ``ResNet/resNet18(weights:classCount:)``.
  ///
  /// - Parameters:
  ///   - megaflops: As ``regNetX(megaflops:inputChannels:classCount:)`` takes.
  ///   - weights: A file of `torch.save`, a safetensors file, or an index of several.
  ///   - classCount: The number of classes; where it is not the file's, the last layer keeps its
  ///     initial values.
  public static func regNetX(
    megaflops: Int, weights: URL, classCount: Int = 1_000
  ) throws -> AnyNet {
    try TorchvisionWeights(weights)
      .load(into: regNetX(megaflops: megaflops, classCount: classCount), head: "fc")
  }

  /// A RegNetY with torchvision's weights, as ``ResNet/resNet18(weights:classCount:)``.
  ///
  /// - Parameters:
  ///   - megaflops: As ``regNetY(megaflops:inputChannels:classCount:)`` takes.
  ///   - weights: A file of `torch.save`, a safetensors file, or an index of several.
  ///   - classCount: The number of classes; where it is not the file's, the last layer keeps its
  ///     initial values.
  public static func regNetY(
    megaflops: Int, weights: URL, classCount: Int = 1_000
  ) throws -> AnyNet {
    try TorchvisionWeights(weights)
      .load(into: regNetY(megaflops: megaflops, classCount: classCount), head: "fc")
  }
}

extension VisionTransformer {
  /// ViT-B/16 with torchvision's weights, as ``ResNet/resNet18(weights:classCount:)``.
  public static func base16(
    weights: URL, imageSize: Int = 224, classCount: Int = 1_000
  ) throws -> VisionTransformer {
    try TorchvisionWeights(weights)
      .load(into: base16(imageSize: imageSize, classCount: classCount), head: "heads.head")
  }
}
