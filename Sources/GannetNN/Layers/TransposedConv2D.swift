import GannetTensor

/// The transposed convolution of images `[N, C, H, W]` with learned kernels, `[N, O, H', W']` (the book's
/// section 14.10); see `transposedConv2D`.
///
/// `weight` is `[C, O / groups, kh, kw]`, `bias` `[O]`. Both start uniform between -1/√f and 1/√f, as in
/// PyTorch, unless initializers are given; f is O / groups · kh · kw.
///
///     let layer = TransposedConv2D(16, 3, kernelSize: 4, stride: 2, padding: 1)
///     let y = layer(Tensor(zeros: [8, 16, 10, 10]))  // [8, 3, 20, 20]
public final class TransposedConv2D: Layer {
  /// `[C, O / groups, kh, kw]`.
  public let weight: Parameter
  /// `[O]`, or nil where the layer has none.
  public let bias: Parameter?
  /// The pixels of the result from the place of one pixel of the input to the next.
  public let stride: Size2D
  /// Pixels cut off at the edges of the result.
  public let padding: Padding2D
  /// Rows below and columns on the right that the result has besides.
  public let outputPadding: Size2D
  /// From one element of the kernel to the next, in pixels.
  public let dilation: Size2D
  /// In how many parts the channels are cut, of which each makes its part of the result.
  public let groups: Int
  /// How it is computed.
  public let algorithm: ConvolutionAlgorithm

  /// A layer from `inputChannels` to `outputChannels`; stops unless `groups` divides both.
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

  /// A layer with these weights, `[C, O / groups, kh, kw]`, and this bias, `[O]`.
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
    self.weight = Parameter(weight)
    self.bias = bias.map(Parameter.init)
    self.stride = stride
    self.padding = padding
    self.outputPadding = outputPadding
    self.dilation = dilation
    self.groups = groups
    self.algorithm = algorithm
  }

  /// `[N, C, H, W]` to `[N, O, H', W']`.
  public func callAsFunction(_ x: Tensor) -> Tensor { self(x, followedBy: Epilogue()) }
}

extension TransposedConv2D: FusingLayer {
  package func callAsFunction(_ x: Tensor, followedBy epilogue: Epilogue) -> Tensor {
    let y = transposedConv2D(
      x, weight: weight.value, bias: bias?.value, stride: stride, padding: padding,
      outputPadding: outputPadding, dilation: dilation, groups: groups,
      activation: epilogue.activation, algorithm: algorithm)
    return epilogue.dropout?(y) ?? y
  }
}
