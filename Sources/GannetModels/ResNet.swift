import GannetNN
import GannetTensor

/// A residual network (Dive into Deep Learning, section 8.6; He et al., 2016): a stem, stages of
/// ``Residual`` blocks, global average pooling and a linear layer.
///
/// Parameters have torchvision's names: `layer1.0.conv1.weight`.
public final class ResNet: Layer {
  /// The layers before the stages.
  public enum Stem: Sendable {
    /// A 7x7 convolution of stride 2 and 3x3 max pooling of stride 2.
    case large
    /// A 3x3 convolution, for small images.
    case small
  }

  /// A stage: blocks of the same number of channels.
  public struct Stage: Sendable {
    public let blockCount: Int
    public let channels: Int

    public init(blockCount: Int, channels: Int) {
      self.blockCount = blockCount
      self.channels = channels
    }
  }

  public let conv1: Conv2D
  public let bn1: BatchNorm2D
  /// The stem's pooling; nil in a small stem.
  public let maxpool: MaxPool2D?
  public let layer1: Sequential
  public let layer2: Sequential
  public let layer3: Sequential
  /// The fourth stage; nil in a network of three.
  public let layer4: Sequential?
  /// The classification layer, from pooled features to logits; it can be replaced by another layer.
  ///
  ///     net.fc = Linear(512, 5)  // before an optimizer gets the parameters
  public var fc: any Layer

  /// Makes a network of three or four stages; all but the first halve the height and width.
  ///
  /// - Parameters:
  ///   - weightInitializer: The initializer of the convolutions.
  ///   - outputInitializer: The initializer of the last layer's weight.
  public init(
    inputChannels: Int, classCount: Int, stem: Stem, stages: [Stage], style: Residual.Style,
    weightInitializer: Initializer = .heNormal(fan: .outputs),
    outputInitializer: Initializer = .fanInUniform
  ) {
    guard (3...4).contains(stages.count), stages.allSatisfy({ $0.blockCount > 0 }) else {
      fail("ResNet: \(stages.count) stages, expected 3 or 4 that have blocks")
    }
    let width = stages[0].channels
    conv1 = Conv2D(
      inputChannels, width, kernelSize: stem == .large ? 7 : 3, stride: stem == .large ? 2 : 1,
      padding: stem == .large ? 3 : 1, hasBias: style.hasBias,
      weightInitializer: weightInitializer)
    bn1 = BatchNorm2D(width)
    maxpool = stem == .large ? MaxPool2D(3, stride: 2, padding: 1) : nil
    let layers = stages.indices.map { index in
      let before = stages[max(0, index - 1)].channels
      let stage = stages[index]
      return Sequential(
        (0..<stage.blockCount).map { block in
          Residual(
            block == 0 ? before : stage.channels, stage.channels,
            stride: block == 0 && index > 0 ? 2 : 1, style: style,
            weightInitializer: weightInitializer)
        })
    }
    (layer1, layer2, layer3) = (layers[0], layers[1], layers[2])
    layer4 = layers.count > 3 ? layers[3] : nil
    fc = Linear(stages.last!.channels, classCount, weightInitializer: outputInitializer)
  }

  /// Maps `[N, C, H, W]` to logits, `[N, classCount]`.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    var y = bn1(conv1(x), followedBy: .relu)
    if let maxpool { y = maxpool(y) }
    for layer in [layer1, layer2, layer3] { y = layer(y) }
    if let layer4 { y = layer4(y) }
    return fc(globalAveragePool2D(y).flattened(from: 1))
  }
}

extension ResNet {
  private static func stages(_ blockCount: Int, _ channels: [Int]) -> [Stage] {
    channels.map { Stage(blockCount: blockCount, channels: $0) }
  }

  /// The book's ResNet-18 with Xavier initialization: 11,178,378 parameters for grey images of ten
  /// classes.
  public static func resNet18(
    inputChannels: Int = 1, classCount: Int = 10,
    weightInitializer: Initializer = .xavierUniform()
  ) -> ResNet {
    ResNet(
      inputChannels: inputChannels, classCount: classCount, stem: .large,
      stages: stages(2, [64, 128, 256, 512]), style: .book,
      weightInitializer: weightInitializer, outputInitializer: weightInitializer)
  }

  /// torchvision's ResNet-18, whose weights it can load: 11,689,512 parameters for colour images of
  /// 1,000 classes.
  public static func torchvisionResNet18(
    inputChannels: Int = 3, classCount: Int = 1_000
  ) -> ResNet {
    ResNet(
      inputChannels: inputChannels, classCount: classCount, stem: .large,
      stages: stages(2, [64, 128, 256, 512]), style: .torchvision)
  }

  /// The paper's narrow networks for small images, with 16, 32 and 64 channels.
  ///
  /// - Parameters:
  ///   - depth: The number of layers with weights, 6 n + 2 for n blocks a stage: 20, 32, 44, 56,
  ///     110.
  ///   - hasSkips: Whether blocks have skip connections, true by default; otherwise it is the
  ///     paper's plain network.
  public static func narrow(
    depth: Int, inputChannels: Int = 1, classCount: Int = 10, hasSkips: Bool = true
  ) -> ResNet {
    guard depth >= 8, depth % 6 == 2 else {
      fail("ResNet: depth \(depth), expected 6 n + 2 with n blocks in a stage")
    }
    return ResNet(
      inputChannels: inputChannels, classCount: classCount, stem: .small,
      stages: stages((depth - 2) / 6, [16, 32, 64]), style: hasSkips ? .torchvision : .plain)
  }
}
