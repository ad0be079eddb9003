import GannetTensor

/// 2D convolution of images `[N, C, H, W]` to `[N, O, H', W']` (Dive into Deep Learning, section
/// 7.2); see `conv2D`.
///
/// By default, `weight`, `[O, C / groups, kh, kw]`, and `bias`, `[O]`, are initialized uniformly
/// between -1/√f and 1/√f for f = C / groups · kh · kw, as in PyTorch.
///
///     let layer = Conv2D(3, 16, kernelSize: 3, padding: 1)
///     let y = layer(Tensor(zeros: [8, 3, 32, 32]))  // [8, 16, 32, 32]
public final class Conv2D: ConvolutionLayer<Size2D, Padding2D>, Layer {
  /// The values of the padding.
  public let paddingMode: PaddingMode

  /// Makes a layer from `inputChannels` to `outputChannels`; stops unless `groups` divides both.
  public convenience init(
    _ inputChannels: Int, _ outputChannels: Int, kernelSize: Size2D, stride: Size2D = 1,
    padding: Padding2D = 0, paddingMode: PaddingMode = .zeros, dilation: Size2D = 1,
    groups: Int = 1, hasBias: Bool = true,
    algorithm: ConvolutionAlgorithm = .automatic,
    weightInitializer: Initializer = .fanInUniform, biasInitializer: Initializer = .fanInUniform
  ) {
    checkGroups("Conv2D", inputChannels, outputChannels, groups)
    let shape: Shape = [
      outputChannels, inputChannels / groups, kernelSize.height, kernelSize.width,
    ]
    self.init(
      weight: weightInitializer(shape),
      bias: hasBias ? biasInitializer([outputChannels], fans: .init(shape)) : nil, stride: stride,
      padding: padding, paddingMode: paddingMode, dilation: dilation, groups: groups,
      algorithm: algorithm)
  }

  /// Makes a layer with a given weight, `[O, C / groups, kh, kw]`, and bias, `[O]`.
  public init(
    weight: Tensor, bias: Tensor?, stride: Size2D = 1, padding: Padding2D = 0,
    paddingMode: PaddingMode = .zeros,
    dilation: Size2D = 1, groups: Int = 1, algorithm: ConvolutionAlgorithm = .automatic
  ) {
    guard weight.rank == 4 else {
      failShape("Conv2D", weight.shape, expected: "[O, C / groups, kh, kw]")
    }
    if let bias, bias.shape != [weight.shape[0]] {
      failShapes("Conv2D", weight.shape, bias.shape)
    }
    self.paddingMode = paddingMode
    super.init(
      weight: weight, bias: bias, stride: stride, padding: padding, dilation: dilation,
      groups: groups, algorithm: algorithm)
  }

  /// Maps `[N, C, H, W]` to `[N, O, H', W']`.
  public func callAsFunction(_ x: Tensor) -> Tensor { self(x, followedBy: Epilogue()) }

  /// `[N, C, H, W]` to `[N, O, H', W']`, with an activation applied in the same pass.
  public func callAsFunction(_ x: Tensor, followedBy activation: Activation) -> Tensor {
    self(x, followedBy: Epilogue(activation: activation))
  }
}

extension Conv2D: FusingLayer {
  package func callAsFunction(_ x: Tensor, followedBy epilogue: Epilogue) -> Tensor {
    let y = conv2D(
      x, weight: weight.value, bias: bias?.value, stride: stride, padding: padding,
      paddingMode: paddingMode, dilation: dilation, groups: groups, activation: epilogue.activation,
      algorithm: algorithm, into: epilogue.directBuffer)
    return epilogue.directBuffer == nil ? epilogue.completed(y) : y
  }
}
