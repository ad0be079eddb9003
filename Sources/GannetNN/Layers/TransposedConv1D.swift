import GannetTensor

/// The transposed convolution of sequences `[N, C, L]` with learned kernels, `[N, O, L']`; see
/// `transposedConv1D`.
///
/// `weight` is `[C, O / groups, k]`, `bias` `[O]`. Both start uniform between -1/√f and 1/√f, as in
/// PyTorch, unless initializers are given; f is O / groups · k.
///
///     let layer = TransposedConv1D(16, 3, kernelSize: 4, stride: 2, padding: 1)
///     let y = layer(Tensor(zeros: [8, 16, 10]))  // [8, 3, 20]
public final class TransposedConv1D: Layer {
  /// `[C, O / groups, k]`.
  public let weight: Parameter
  /// `[O]`, or nil where the layer has none.
  public let bias: Parameter?
  /// The elements of the result from the place of one element of the input to the next.
  public let stride: Int
  /// Elements cut off at the ends of the result.
  public let padding: Padding1D
  /// Elements behind that the result has besides.
  public let outputPadding: Int
  /// From one element of the kernel to the next.
  public let dilation: Int
  /// In how many parts the channels are cut, of which each makes its part of the result.
  public let groups: Int
  /// How it is computed.
  public let algorithm: ConvolutionAlgorithm

  /// A layer from `inputChannels` to `outputChannels`; stops unless `groups` divides both.
  public convenience init(
    _ inputChannels: Int, _ outputChannels: Int, kernelSize: Int, stride: Int = 1,
    padding: Padding1D = 0, outputPadding: Int = 0, dilation: Int = 1, groups: Int = 1,
    hasBias: Bool = true, algorithm: ConvolutionAlgorithm = .automatic,
    weightInitializer: Initializer = .fanInUniform, biasInitializer: Initializer = .fanInUniform
  ) {
    checkGroups("TransposedConv1D", inputChannels, outputChannels, groups)
    let shape: Shape = [inputChannels, outputChannels / groups, kernelSize]
    self.init(
      weight: weightInitializer(shape),
      bias: hasBias ? biasInitializer([outputChannels], fans: .init(shape)) : nil, stride: stride,
      padding: padding, outputPadding: outputPadding, dilation: dilation, groups: groups,
      algorithm: algorithm)
  }

  /// A layer with these weights, `[C, O / groups, k]`, and this bias, `[O]`.
  public init(
    weight: Tensor, bias: Tensor?, stride: Int = 1, padding: Padding1D = 0,
    outputPadding: Int = 0, dilation: Int = 1, groups: Int = 1,
    algorithm: ConvolutionAlgorithm = .automatic
  ) {
    guard weight.rank == 3 else {
      failShape("TransposedConv1D", weight.shape, expected: "[C, O / groups, k]")
    }
    if let bias, bias.shape != [weight.shape[1] * groups] {
      failShapes("TransposedConv1D", weight.shape, bias.shape)
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

  /// `[N, C, L]` to `[N, O, L']`.
  public func callAsFunction(_ x: Tensor) -> Tensor { self(x, followedBy: Epilogue()) }
}

extension TransposedConv1D: FusingLayer {
  package func callAsFunction(_ x: Tensor, followedBy epilogue: Epilogue) -> Tensor {
    let y = transposedConv1D(
      x, weight: weight.value, bias: bias?.value, stride: stride, padding: padding,
      outputPadding: outputPadding, dilation: dilation, groups: groups,
      activation: epilogue.activation, algorithm: algorithm)
    return epilogue.dropout?(y) ?? y
  }
}
