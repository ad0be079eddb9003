import GannetNN
import GannetTensor

/// Two 3x3 convolutions with batch normalization, and the input added to what they make of it (the
/// book's section 8.6.2; He et al., 2016).
///
/// Where the stride or the number of channels changes, a 1x1 convolution brings the input into that
/// form. The sum is made in the second normalization's pass. Parts have torchvision's names.
///
///     Residual(3, 6, stride: 2)(Tensor(zeros: [4, 3, 6, 6]))  // [4, 6, 3, 3]
public final class Residual: Layer {
  /// Details in which blocks differ.
  public struct Style: Sendable {
    /// Whether convolutions have a bias, which the normalization behind them takes out again.
    public var hasBias: Bool
    /// Whether the 1x1 convolution is normalized too.
    public var normalizesSkip: Bool
    /// Whether the input is added at all.
    public var hasSkip: Bool

    /// Makes a style; blocks add their input by default.
    public init(hasBias: Bool, normalizesSkip: Bool, hasSkip: Bool = true) {
      self.hasBias = hasBias
      self.normalizesSkip = normalizesSkip
      self.hasSkip = hasSkip
    }

    /// The book's block.
    public static let book = Style(hasBias: true, normalizesSkip: false)
    /// torchvision's, and the paper's.
    public static let torchvision = Style(hasBias: false, normalizesSkip: true)
    /// The paper's without the input.
    public static let plain = Style(hasBias: false, normalizesSkip: true, hasSkip: false)
  }

  /// The first 3x3 convolution, which has the stride.
  public let conv1: Conv2D
  /// The normalization behind ``conv1``.
  public let bn1: BatchNorm2D
  /// The second 3x3 convolution.
  public let conv2: Conv2D
  /// The normalization behind ``conv2``, with the sum in its pass.
  public let bn2: BatchNorm2D
  /// The 1x1 convolution; nil where the input is added as it is, or not at all.
  public let downsample: Sequential?
  /// Squeeze and excitation of the result before the sum; nil without.
  public let se: SqueezeExcitation?
  private let hasSkip: Bool

  /// A block from `inputChannels` to `outputChannels`, whose first convolution has `stride`.
  ///
  /// - Parameters:
  ///   - inputChannels: The channels of the input.
  ///   - outputChannels: The channels of the result.
  ///   - stride: The stride of the first convolution; 1 by default.
  ///   - style: The details of the block, the book's by default.
  ///   - squeezeRatio: Hidden channels of squeeze and excitation over the output's; nil has none.
  ///   - weightInitializer: The initializer of the convolutions' weights.
  public init(
    _ inputChannels: Int, _ outputChannels: Int, stride: Size2D = 1, style: Style = .book,
    squeezeRatio: Float? = nil, weightInitializer: Initializer = .fanInUniform
  ) {
    conv1 = Conv2D(
      inputChannels, outputChannels, kernelSize: 3, stride: stride, padding: 1,
      hasBias: style.hasBias, weightInitializer: weightInitializer)
    bn1 = BatchNorm2D(outputChannels)
    conv2 = Conv2D(
      outputChannels, outputChannels, kernelSize: 3, padding: 1, hasBias: style.hasBias,
      weightInitializer: weightInitializer)
    bn2 = BatchNorm2D(outputChannels)
    se = squeezeRatio.map {
      SqueezeExcitation(outputChannels, squeezed: Int(Float(outputChannels) * $0))
    }
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

  /// `[N, C, H, W]` to `[N, O, H', W']`, where H' is H / stride, rounded up.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    let skip = hasSkip ? downsample?(x) ?? x : nil
    let hidden = bn1(conv1(x), followedBy: .relu)
    guard let se else { return bn2(conv2(hidden), adding: skip, followedBy: .relu) }
    let y = se(bn2(conv2(hidden)))
    return relu(skip.map { y + $0 } ?? y)
  }
}
