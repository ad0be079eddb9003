import GannetNN
import GannetTensor

/// A convolution, batch normalization where wanted, and ReLU.
public final class ConvolutionBlock: Layer {
  /// The convolution, with a bias where the block does not normalize.
  public let conv: Conv2D
  /// nil where the block does not normalize.
  public let bn: BatchNorm2D?

  /// A block from `inputChannels` to `outputChannels`; one that normalizes has no bias.
  public init(
    _ inputChannels: Int, _ outputChannels: Int, kernelSize: Size2D, stride: Size2D = 1,
    padding: Padding2D = 0, normalizes: Bool, weightInitializer: Initializer = .fanInUniform
  ) {
    conv = Conv2D(
      inputChannels, outputChannels, kernelSize: kernelSize, stride: stride, padding: padding,
      hasBias: !normalizes, weightInitializer: weightInitializer)
    bn = normalizes ? BatchNorm2D(outputChannels, epsilon: 1e-3) : nil
  }

  /// `[N, C, H, W]` to `[N, O, H', W']`.
  public func callAsFunction(_ x: Tensor) -> Tensor { result(for: x, in: nil) }

  private func result(for x: Tensor, in buffer: ChannelBuffer?) -> Tensor {
    let epilogue = Epilogue(activation: .relu, buffer: buffer)
    guard let bn else { return conv(x, followedBy: epilogue) }
    return bn(conv(x), followedBy: epilogue)
  }
}

extension ConvolutionBlock: FillingLayer {
  package func fill(_ buffer: ChannelBuffer, with x: Tensor) -> Tensor {
    result(for: x, in: buffer)
  }
}

/// Four branches side by side, whose channels are concatenated in one buffer (the book's section
/// 8.4.1; Szegedy et al., 2015): 1x1; 1x1, then 3x3; 1x1, then 5x5; 3x3 max pooling, then 1x1.
///
///     Inception(192, (64, (96, 128), (16, 32), 32), style: .book)(x)  // [N, 192, H, W] to [N, 256, H, W]
public final class Inception: Layer {
  /// Output channels of the four branches; where there are two layers, those of both.
  public typealias Channels = (Int, (Int, Int), (Int, Int), Int)

  /// The 1x1 convolution.
  public let branch1: ConvolutionBlock
  /// A 1x1 and a 3x3 convolution.
  public let branch2: Sequential
  /// A 1x1 and a 5x5 convolution, in torchvision's style 3x3.
  public let branch3: Sequential
  /// Max pooling and a 1x1 convolution.
  public let branch4: Sequential
  private let outputChannels: Int

  /// A block from `inputChannels` to the sum of its branches' channels.
  public init(
    _ inputChannels: Int, _ channels: Channels, style: GoogLeNet.Style,
    weightInitializer: Initializer = .fanInUniform
  ) {
    func block(_ inputs: Int, _ outputs: Int, _ kernelSize: Int) -> ConvolutionBlock {
      ConvolutionBlock(
        inputs, outputs, kernelSize: Size2D(kernelSize), padding: Padding2D(kernelSize / 2),
        normalizes: style == .torchvision, weightInitializer: weightInitializer)
    }
    let (one, three, five, pooled) = channels
    outputChannels = one + three.1 + five.1 + pooled
    branch1 = block(inputChannels, one, 1)
    branch2 = Sequential {
      block(inputChannels, three.0, 1)
      block(three.0, three.1, 3)
    }
    // torchvision's weights are those of a 3x3 kernel here, an old mistake that it keeps.
    branch3 = Sequential {
      block(inputChannels, five.0, 1)
      block(five.0, five.1, style == .torchvision ? 3 : 5)
    }
    branch4 = Sequential {
      MaxPool2D(3, stride: 1, padding: 1)
      block(inputChannels, pooled, 1)
    }
  }

  /// `[N, C, H, W]` to `[N, O, H, W]`, O the sum of the branches' channels.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    let buffer = ChannelBuffer(channels: outputChannels)
    branch1(x, into: buffer)
    for branch in [branch2, branch3, branch4] { branch(x, into: buffer) }
    return buffer.joined
  }
}
