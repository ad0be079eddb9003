import GannetNN
import GannetTensor

/// A residual block of three convolutions, 1x1, 3x3 and 1x1, of which the middle one is narrower
/// and may be grouped (He et al., 2016; ResNeXt: Xie et al., 2017).
///
/// Batch normalization follows each, the stride is the 3x3 one's, and the sum with the input is
/// made in the last normalization's pass. Parts have torchvision's names.
public final class Bottleneck: Layer {
  /// How many times the block's output is as wide as a stage's channels.
  public static let expansion = 4

  /// The first 1x1 convolution, which narrows.
  public let conv1: Conv2D
  /// The normalization behind ``conv1``.
  public let bn1: BatchNorm2D
  /// The 3x3 convolution, which has the stride and the groups.
  public let conv2: Conv2D
  /// The normalization behind ``conv2``.
  public let bn2: BatchNorm2D
  /// The last 1x1 convolution, which widens.
  public let conv3: Conv2D
  /// The normalization behind ``conv3``, with the sum in its pass.
  public let bn3: BatchNorm2D
  /// Squeeze and excitation of the result before the sum; nil without.
  public let se: SqueezeExcitation?
  /// The 1x1 convolution of the input; nil where it is added as it is.
  public let downsample: Sequential?

  /// A block from `inputChannels` to 4 · `channels`.
  ///
  /// - Parameters:
  ///   - inputChannels: The channels of the input.
  ///   - channels: A quarter of the channels of the result.
  ///   - stride: The stride of the 3x3 convolution; 1 by default.
  ///   - groups: Groups of the 3x3 convolution.
  ///   - groupWidth: Channels of a group of the 3x3 convolution where a stage has 64 channels.
  ///   - squeezeRatio: Hidden channels of squeeze and excitation over the output's; nil has none.
  ///   - weightInitializer: The initializer of the convolutions' weights.
  public init(
    _ inputChannels: Int, _ channels: Int, stride: Size2D = 1, groups: Int = 1,
    groupWidth: Int = 64, squeezeRatio: Float? = nil,
    weightInitializer: Initializer = .fanInUniform
  ) {
    let width = channels * groupWidth / 64 * groups
    let outputs = channels * Bottleneck.expansion
    conv1 = Conv2D(
      inputChannels, width, kernelSize: 1, hasBias: false, weightInitializer: weightInitializer)
    bn1 = BatchNorm2D(width)
    conv2 = Conv2D(
      width, width, kernelSize: 3, stride: stride, padding: 1, groups: groups, hasBias: false,
      weightInitializer: weightInitializer)
    bn2 = BatchNorm2D(width)
    conv3 = Conv2D(
      width, outputs, kernelSize: 1, hasBias: false, weightInitializer: weightInitializer)
    bn3 = BatchNorm2D(outputs)
    se = squeezeRatio.map {
      SqueezeExcitation(outputs, squeezed: Int(Float(outputs) * $0))
    }
    guard stride != 1 || inputChannels != outputs else {
      downsample = nil
      return
    }
    downsample = Sequential {
      Conv2D(
        inputChannels, outputs, kernelSize: 1, stride: stride, hasBias: false,
        weightInitializer: weightInitializer)
      BatchNorm2D(outputs)
    }
  }

  /// `[N, C, H, W]` to `[N, 4 · channels, H', W']`, where H' is H / stride, rounded up.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    let skip = downsample?(x) ?? x
    let hidden = bn2(conv2(bn1(conv1(x), followedBy: .relu)), followedBy: .relu)
    guard let se else { return bn3(conv3(hidden), adding: skip, followedBy: .relu) }
    return relu(se(bn3(conv3(hidden))) + skip)
  }
}
