import GannetNN
import GannetTensor

/// A residual block: two 3x3 convolutions with batch normalization and a skip connection (Dive into
/// Deep Learning, section 8.6.2; He et al., 2016).
///
/// Where the stride or the number of channels changes, the skip is a 1x1 convolution. The addition
/// is fused into the second normalization. Parameters have torchvision's names.
///
///     Residual(3, 6, stride: 2)(Tensor(zeros: [4, 3, 6, 6]))  // [4, 6, 3, 3]
public final class Residual: Layer {
  /// The variants of a block.
  public struct Style: Sendable {
    /// Whether the convolutions have a bias, which the normalization after them cancels.
    public var hasBias: Bool
    /// Whether the 1x1 convolution is followed by batch normalization.
    public var normalizesSkip: Bool
    /// Whether the block has a skip connection.
    public var hasSkip: Bool

    public init(hasBias: Bool, normalizesSkip: Bool, hasSkip: Bool = true) {
      self.hasBias = hasBias
      self.normalizesSkip = normalizesSkip
      self.hasSkip = hasSkip
    }

    /// The book's block.
    public static let book = Style(hasBias: true, normalizesSkip: false)
    /// torchvision's block, which is the paper's.
    public static let torchvision = Style(hasBias: false, normalizesSkip: true)
    /// The paper's block without the skip connection.
    public static let plain = Style(hasBias: false, normalizesSkip: true, hasSkip: false)
  }

  public let conv1: Conv2D
  public let bn1: BatchNorm2D
  public let conv2: Conv2D
  public let bn2: BatchNorm2D
  /// The 1x1 convolution of the skip; nil for an identity skip or none.
  public let downsample: Sequential?
  private let hasSkip: Bool

  /// Makes a block from `inputChannels` to `outputChannels`, whose first convolution has `stride`.
  public init(
    _ inputChannels: Int, _ outputChannels: Int, stride: Size2D = 1, style: Style = .book,
    weightInitializer: Initializer = .fanInUniform
  ) {
    conv1 = Conv2D(
      inputChannels, outputChannels, kernelSize: 3, stride: stride, padding: 1,
      hasBias: style.hasBias, weightInitializer: weightInitializer)
    bn1 = BatchNorm2D(outputChannels)
    conv2 = Conv2D(
      outputChannels, outputChannels, kernelSize: 3, padding: 1, hasBias: style.hasBias,
      weightInitializer: weightInitializer)
    bn2 = BatchNorm2D(outputChannels)
    hasSkip = style.hasSkip
    guard style.hasSkip, stride != 1 || inputChannels != outputChannels else {
      downsample = nil
      return
    }
    downsample = Sequential {
      Conv2D(
        inputChannels, outputChannels, kernelSize: 1, stride: stride, hasBias: style.hasBias,
        weightInitializer: weightInitializer)
      if style.normalizesSkip { BatchNorm2D(outputChannels) }
    }
  }

  /// Maps `[N, C, H, W]` to `[N, O, H', W']`, where H' is H / stride, rounded up.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    let skip = hasSkip ? downsample?(x) ?? x : nil
    let hidden = bn1(conv1(x), followedBy: .relu)
    return bn2(conv2(hidden), adding: skip, followedBy: .relu)
  }
}
