import GannetNN
import GannetTensor

/// Residual networks (the book's section 8.6; He et al., 2016): a stem, stages of ``Residual`` or
/// ``Bottleneck`` blocks that halve the image and double the channels, the mean over the image, and
/// a linear layer.
///
/// Parts have torchvision's names: `layer1.0.conv1.weight`.
public final class ResNet: Layer {
  /// The layers before the stages.
  public enum Stem: Sendable {
    /// A 7x7 convolution of stride 2 and 3x3 max pooling of stride 2.
    case large
    /// A 3x3 convolution, for small images.
    case small
  }

  /// The blocks of the stages.
  public enum Block: Sendable {
    /// ``Residual``: two 3x3 convolutions.
    case basic(Residual.Style)
    /// ``Bottleneck``: 1x1, 3x3 in groups of a width, 1x1, four times as wide as the stage's
    /// channels.
    case bottleneck(groups: Int, groupWidth: Int)

    /// The width of the result over the stage's channels.
    var expansion: Int {
      if case .bottleneck = self { return Bottleneck.expansion }
      return 1
    }

    /// Whether the stem's convolution has a bias.
    var hasBias: Bool {
      if case .basic(let style) = self { return style.hasBias }
      return false
    }

    func callAsFunction(
      _ inputChannels: Int, _ channels: Int, stride: Size2D, squeezeRatio: Float?,
      weightInitializer: Initializer
    ) -> any Layer {
      switch self {
      case .basic(let style):
        Residual(
          inputChannels, channels, stride: stride, style: style, squeezeRatio: squeezeRatio,
          weightInitializer: weightInitializer)
      case .bottleneck(let groups, let groupWidth):
        Bottleneck(
          inputChannels, channels, stride: stride, groups: groups, groupWidth: groupWidth,
          squeezeRatio: squeezeRatio, weightInitializer: weightInitializer)
      }
    }
  }

  /// Blocks that have the same number of channels.
  public struct Stage: Sendable {
    /// The number of blocks.
    public let blockCount: Int
    /// The channels of the blocks; those of a bottleneck's result are four times as many.
    public let channels: Int

    /// Makes a stage.
    public init(blockCount: Int, channels: Int) {
      self.blockCount = blockCount
      self.channels = channels
    }
  }

  /// The convolution of the stem.
  public let conv1: Conv2D
  /// The normalization behind ``conv1``.
  public let bn1: BatchNorm2D
  /// nil after a small stem.
  public let maxpool: MaxPool2D?
  /// The blocks of the first stage.
  public let layer1: Sequential
  /// The blocks of the second stage, which halves the image.
  public let layer2: Sequential
  /// The blocks of the third stage, which halves the image.
  public let layer3: Sequential
  /// nil where there are three stages.
  public let layer4: Sequential?
  /// The classification layer, from pooled features to logits; it can be replaced by another layer.
  ///
  ///     net.fc = Linear(512, 5)  // before an optimizer gets the parameters
  public var fc: any Layer

  /// A network of three or four stages, of which all but the first halve the image.
  ///
  /// - Parameters:
  ///   - inputChannels: The channels of the input.
  ///   - classCount: The number of classes.
  ///   - stem: The layers before the first stage.
  ///   - stages: The number of blocks and the channels of each stage.
  ///   - block: The kind of block.
  ///   - squeezeRatio: Hidden channels of squeeze and excitation in each block over the block's
  ///     output; nil has none.
  ///   - weightInitializer: The initializer of the convolutions.
  ///   - outputInitializer: The initializer of the last layer's weight.
  public init(
    inputChannels: Int, classCount: Int, stem: Stem, stages: [Stage], block: Block,
    squeezeRatio: Float? = nil, weightInitializer: Initializer = .heNormal(fan: .outputs),
    outputInitializer: Initializer = .fanInUniform
  ) {
    guard (3...4).contains(stages.count), stages.allSatisfy({ $0.blockCount > 0 }) else {
      fail("ResNet: \(stages.count) stages, expected 3 or 4 that have blocks")
    }
    let width = stages[0].channels
    conv1 = Conv2D(
      inputChannels, width, kernelSize: stem == .large ? 7 : 3, stride: stem == .large ? 2 : 1,
      padding: stem == .large ? 3 : 1, hasBias: block.hasBias,
      weightInitializer: weightInitializer)
    bn1 = BatchNorm2D(width)
    maxpool = stem == .large ? MaxPool2D(3, stride: 2, padding: 1) : nil
    let layers = stages.indices.map { index in
      let before = index == 0 ? width : stages[index - 1].channels * block.expansion
      let stage = stages[index]
      return Sequential(
        (0..<stage.blockCount).map { number in
          block(
            number == 0 ? before : stage.channels * block.expansion, stage.channels,
            stride: number == 0 && index > 0 ? 2 : 1, squeezeRatio: squeezeRatio,
            weightInitializer: weightInitializer)
        })
    }
    (layer1, layer2, layer3) = (layers[0], layers[1], layers[2])
    layer4 = layers.count > 3 ? layers[3] : nil
    fc = Linear(
      stages.last!.channels * block.expansion, classCount, weightInitializer: outputInitializer)
  }

  /// `[N, C, H, W]` to scores, `[N, classCount]`.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    var y = bn1(conv1(x), followedBy: .relu)
    if let maxpool { y = maxpool(y) }
    for layer in [layer1, layer2, layer3] { y = layer(y) }
    if let layer4 { y = layer4(y) }
    return fc(globalAveragePool2D(y).flattened(from: 1))
  }
}
