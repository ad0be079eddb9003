import GannetTensor

/// 2D transposed convolution of images `[N, C, H, W]` to `[N, O, H', W']` (Dive into Deep Learning,
/// section 14.10); see `transposedConv2D`.
///
/// By default, `weight`, `[C, O / groups, kh, kw]`, and `bias`, `[O]`, are initialized uniformly
/// between -1/√f and 1/√f for f = O / groups · kh · kw, as in PyTorch.
///
///     let layer = TransposedConv2D(16, 3, kernelSize: 4, stride: 2, padding: 1)
///     let y = layer(Tensor(zeros: [8, 16, 10, 10]))  // [8, 3, 20, 20]
public final class TransposedConv2D: ConvolutionLayer<Size2D, Padding2D>, Layer {
  /// Additional rows at the bottom and columns at the right of the result.
  public let outputPadding: Size2D

  /// Makes a layer from `inputChannels` to `outputChannels`; stops unless `groups` divides both.
  public convenience init(
    _ inputChannels: Int, _ outputChannels: Int, kernelSize: Size2D, stride: Size2D = 1,
    padding: Padding2D = 0, outputPadding: Size2D = 0, dilation: Size2D = 1, groups: Int = 1,
    hasBias: Bool = true, algorithm: ConvolutionAlgorithm = .automatic,
    weightInitializer: Initializer = .fanInUniform, biasInitializer: Initializer = .fanInUniform
  ) {
    checkGroups("TransposedConv2D", inputChannels, outputChannels, groups)
    let shape: Shape = [
      inputChannels, outputChannels / groups, kernelSize.height, kernelSize.width,
    ]
    self.init(
      weight: weightInitializer(shape),
      bias: hasBias ? biasInitializer([outputChannels], fans: .init(shape)) : nil, stride: stride,
      padding: padding, outputPadding: outputPadding, dilation: dilation, groups: groups,
      algorithm: algorithm)
  }

  /// Makes a layer with a given weight, `[C, O / groups, kh, kw]`, and bias, `[O]`.
  public init(
    weight: Tensor, bias: Tensor?, stride: Size2D = 1, padding: Padding2D = 0,
    outputPadding: Size2D = 0, dilation: Size2D = 1, groups: Int = 1,
    algorithm: ConvolutionAlgorithm = .automatic
  ) {
    guard weight.rank == 4 else {
      failShape("TransposedConv2D", weight.shape, expected: "[C, O / groups, kh, kw]")
    }
    if let bias, bias.shape != [weight.shape[1] * groups] {
      failShapes("TransposedConv2D", weight.shape, bias.shape)
    }
    self.outputPadding = outputPadding
    super.init(
      weight: weight, bias: bias, stride: stride, padding: padding, dilation: dilation,
      groups: groups, algorithm: algorithm)
  }

  /// Maps `[N, C, H, W]` to `[N, O, H', W']`.
  public func callAsFunction(_ x: Tensor) -> Tensor { self(x, followedBy: Epilogue()) }
}

extension TransposedConv2D: FusingLayer {
  package func callAsFunction(_ x: Tensor, followedBy epilogue: Epilogue) -> Tensor {
    let y = transposedConv2D(
      x, weight: weight.value, bias: bias?.value, stride: stride, padding: padding,
      outputPadding: outputPadding, dilation: dilation, groups: groups,
      activation: epilogue.activation, algorithm: algorithm)
    return epilogue.completed(y)
  }
}
