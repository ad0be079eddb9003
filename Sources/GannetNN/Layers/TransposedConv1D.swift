import GannetTensor

/// 1D transposed convolution of sequences `[N, C, L]` to `[N, O, L']`; see `transposedConv1D`.
///
/// By default, `weight`, `[C, O / groups, k]`, and `bias`, `[O]`, are initialized uniformly between
/// -1/√f and 1/√f for f = O / groups · k, as in PyTorch.
///
///     let layer = TransposedConv1D(16, 3, kernelSize: 4, stride: 2, padding: 1)
///     let y = layer(Tensor(zeros: [8, 16, 10]))  // [8, 3, 20]
public final class TransposedConv1D: ConvolutionLayer<Int, Padding1D>, Layer {
  /// Additional elements at the end of the result.
  public let outputPadding: Int

  /// Makes a layer from `inputChannels` to `outputChannels`; stops unless `groups` divides both.
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

  /// Makes a layer with a given weight, `[C, O / groups, k]`, and bias, `[O]`.
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
    self.outputPadding = outputPadding
    super.init(
      weight: weight, bias: bias, stride: stride, padding: padding, dilation: dilation,
      groups: groups, algorithm: algorithm)
  }

  /// Maps `[N, C, L]` to `[N, O, L']`.
  public func callAsFunction(_ x: Tensor) -> Tensor { self(x, followedBy: Epilogue()) }
}

extension TransposedConv1D: FusingLayer {
  package func callAsFunction(_ x: Tensor, followedBy epilogue: Epilogue) -> Tensor {
    let y = transposedConv1D(
      x, weight: weight.value, bias: bias?.value, stride: stride, padding: padding,
      outputPadding: outputPadding, dilation: dilation, groups: groups,
      activation: epilogue.activation, algorithm: algorithm)
    return epilogue.completed(y)
  }
}
