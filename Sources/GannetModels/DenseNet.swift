import GannetNN
import GannetTensor

/// DenseNet (the book's section 8.7; Huang et al., 2017): blocks in which each layer's result is
/// concatenated with its input, with transitions between them that halve channels and image.
///
/// Parts have torchvision's names: `features.denseblock1.denselayer1.norm1.weight`.
public final class DenseNet: Layer {
  /// All but the classifier: the stem, blocks and transitions, and the last normalization.
  public let features: Sequential
  /// The layer from pooled features to logits.
  public let classifier: Linear

  /// A network of dense blocks, by default the book's: 758,226 parameters for grey images of ten
  /// classes.
  ///
  /// - Parameters:
  ///   - inputChannels: The channels of the input.
  ///   - classCount: The number of classes.
  ///   - layerCounts: The number of layers of each block.
  ///   - growthRate: Channels that each layer adds.
  ///   - stemChannels: Channels before the first block.
  ///   - bottleneck: The width of the 1x1 convolution before each 3x3 one, in growth rates; nil has
  ///     none.
  ///   - hasBias: Whether convolutions have one.
  ///   - weightInitializer: The initializer of the convolutions' weights.
  public init(
    inputChannels: Int = 1, classCount: Int = 10, layerCounts: [Int] = [4, 4, 4, 4],
    growthRate: Int = 32, stemChannels: Int = 64, bottleneck: Int? = nil, hasBias: Bool = true,
    weightInitializer: Initializer = .fanInUniform
  ) {
    guard !layerCounts.isEmpty, layerCounts.allSatisfy({ $0 > 0 }), growthRate > 0 else {
      fail("DenseNet: layers \(layerCounts), growth rate \(growthRate), expected positive ones")
    }
    var parts: [(name: String, layer: any Layer)] = [
      (
        "conv0",
        Conv2D(
          inputChannels, stemChannels, kernelSize: 7, stride: 2, padding: 3, hasBias: hasBias,
          weightInitializer: weightInitializer)
      ),
      ("norm0", BatchNorm2D(stemChannels)),
      ("relu0", ReLU()),
      ("pool0", MaxPool2D(3, stride: 2, padding: 1)),
    ]
    var channels = stemChannels
    for (index, count) in layerCounts.enumerated() {
      parts.append(
        (
          "denseblock\(index + 1)",
          DenseBlock(
            channels, layerCount: count, growthRate: growthRate, bottleneck: bottleneck,
            hasBias: hasBias, weightInitializer: weightInitializer)
        ))
      channels += count * growthRate
      guard index < layerCounts.count - 1 else { break }
      parts.append(
        (
          "transition\(index + 1)",
          DenseNet.transition(
            channels, channels / 2, hasBias: hasBias, weightInitializer: weightInitializer)
        ))
      channels /= 2
    }
    parts += [("norm\(layerCounts.count + 1)", BatchNorm2D(channels)), ("relu", ReLU())]
    features = Sequential(named: parts)
    classifier = Linear(channels, classCount, weightInitializer: weightInitializer)
  }

  /// Normalization, ReLU, a 1x1 convolution to `outputChannels` and 2x2 average pooling.
  public static func transition(
    _ inputChannels: Int, _ outputChannels: Int, hasBias: Bool = true,
    weightInitializer: Initializer = .fanInUniform
  ) -> Sequential {
    Sequential(named: [
      ("norm", BatchNorm2D(inputChannels, recomputesResult: true)),
      ("relu", ReLU()),
      (
        "conv",
        Conv2D(
          inputChannels, outputChannels, kernelSize: 1, hasBias: hasBias,
          weightInitializer: weightInitializer)
      ),
      ("pool", AveragePool2D(2)),
    ])
  }

  /// DenseNet-121, whose weights torchvision has: 7,978,856 parameters for colour images of 1,000
  /// classes.
  public static func denseNet121(inputChannels: Int = 3, classCount: Int = 1_000) -> DenseNet {
    DenseNet(
      inputChannels: inputChannels, classCount: classCount, layerCounts: [6, 12, 24, 16],
      bottleneck: 4, hasBias: false, weightInitializer: .heNormal())
  }

  /// `[N, C, H, W]` to logits, `[N, classCount]`.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    classifier(globalAveragePool2D(features(x)).flattened(from: 1))
  }
}
