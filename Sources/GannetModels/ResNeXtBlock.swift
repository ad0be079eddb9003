import GannetNN
import GannetTensor

/// A residual block of 1x1, grouped 3x3 and 1x1 convolutions, as the book's section 8.6.5 and
/// RegNet have it (Xie et al., 2017; Radosavovic et al., 2020).
///
/// Batch normalization follows each convolution. Where stride or channels change, a normalized 1x1
/// convolution brings the input into that form. Parts have torchvision's names in RegNet:
/// `f.a.0.weight`, `proj.1.bias`.
///
///     ResNeXtBlock(32, 32, groupWidth: 16)(Tensor(zeros: [4, 32, 96, 96]))  // [4, 32, 96, 96]
public final class ResNeXtBlock: Layer {
  /// The three convolutions and squeeze and excitation, under torchvision's names.
  final class Transform: Module {
    let a, b, c: NormalizedConvolution
    let se: SqueezeExcitation?

    init(
      a: NormalizedConvolution, b: NormalizedConvolution, se: SqueezeExcitation?,
      c: NormalizedConvolution
    ) {
      (self.a, self.b, self.se, self.c) = (a, b, se, c)
    }
  }

  let f: Transform
  /// The 1x1 convolution of the input; nil where it is added as it is.
  public let proj: NormalizedConvolution?

  /// A block from `inputChannels` to `outputChannels`.
  ///
  /// - Parameters:
  ///   - inputChannels: The channels of the input.
  ///   - outputChannels: The channels of the result.
  ///   - groupWidth: Channels of a group of the 3x3 convolution.
  ///   - bottleneckRatio: Channels of the 3x3 convolution over those of the output.
  ///   - stride: The stride of the 3x3 convolution; 1 by default.
  ///   - squeezeRatio: Hidden channels of squeeze and excitation, after the 3x3 convolution, over
  ///     the input's; nil has none.
  ///   - hasBias: Whether convolutions have one, as in the book.
  ///   - weightInitializer: The initializer of the convolutions' weights.
  public init(
    _ inputChannels: Int, _ outputChannels: Int, groupWidth: Int, bottleneckRatio: Float = 1,
    stride: Size2D = 1, squeezeRatio: Float? = nil, hasBias: Bool = true,
    weightInitializer: Initializer = .fanInUniform
  ) {
    let width = Int((Float(outputChannels) * bottleneckRatio).rounded())
    guard groupWidth > 0, width > 0, width % groupWidth == 0 else {
      fail("ResNeXtBlock: \(width) channels in groups of \(groupWidth)")
    }
    func layer(
      _ inputs: Int, _ outputs: Int, _ kernelSize: Int, stride: Size2D = 1, groups: Int = 1
    ) -> NormalizedConvolution {
      NormalizedConvolution(
        inputs, outputs, kernelSize: kernelSize, stride: stride, groups: groups, hasBias: hasBias,
        weightInitializer: weightInitializer)
    }
    f = Transform(
      a: layer(inputChannels, width, 1),
      b: layer(width, width, 3, stride: stride, groups: width / groupWidth),
      se: squeezeRatio.map {
        SqueezeExcitation(
          width, squeezed: Int((Float(inputChannels) * $0).rounded(.toNearestOrEven)))
      },
      c: layer(width, outputChannels, 1))
    proj =
      stride == 1 && inputChannels == outputChannels
      ? nil : layer(inputChannels, outputChannels, 1, stride: stride)
  }

  /// `[N, C, H, W]` to `[N, O, H', W']`, where H' is H / stride, rounded up.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    let skip = proj?(x) ?? x
    var y = f.b(f.a(x, followedBy: .relu), followedBy: .relu)
    if let se = f.se { y = se(y) }
    return f.c(y, adding: skip, followedBy: .relu)
  }
}
