import GannetTensor

/// 1D convolution of sequences `[N, C, L]` to `[N, O, L']`; see `conv1D`.
///
/// By default, `weight`, `[O, C / groups, k]`, and `bias`, `[O]`, are initialized uniformly between
/// -1/√f and 1/√f for f = C / groups · k, as in PyTorch.
///
///     let layer = Conv1D(3, 16, kernelSize: 5, padding: 2)
///     let y = layer(Tensor(zeros: [8, 3, 100]))  // [8, 16, 100]
public final class Conv1D: ConvolutionLayer<Int, Padding1D>, Layer {
  /// The values of the padding.
  public let paddingMode: PaddingMode

  /// Makes a layer from `inputChannels` to `outputChannels`; stops unless `groups` divides both.
  public convenience init(
    _ inputChannels: Int, _ outputChannels: Int, kernelSize: Int, stride: Int = 1,
    padding: Padding1D = 0, paddingMode: PaddingMode = .zeros, dilation: Int = 1, groups: Int = 1,
    hasBias: Bool = true,
    algorithm: ConvolutionAlgorithm = .automatic,
    weightInitializer: Initializer = .fanInUniform, biasInitializer: Initializer = .fanInUniform
  ) {
    checkGroups("Conv1D", inputChannels, outputChannels, groups)
    let shape: Shape = [outputChannels, inputChannels / groups, kernelSize]
    self.init(
      weight: weightInitializer(shape),
      bias: hasBias ? biasInitializer([outputChannels], fans: .init(shape)) : nil, stride: stride,
      padding: padding, paddingMode: paddingMode, dilation: dilation, groups: groups,
      algorithm: algorithm)
  }

  /// Makes a layer with a given weight, `[O, C / groups, k]`, and bias, `[O]`.
  public init(
    weight: Tensor, bias: Tensor?, stride: Int = 1, padding: Padding1D = 0,
    paddingMode: PaddingMode = .zeros, dilation: Int = 1,
    groups: Int = 1, algorithm: ConvolutionAlgorithm = .automatic
  ) {
    guard weight.rank == 3 else {
      failShape("Conv1D", weight.shape, expected: "[O, C / groups, k]")
    }
    if let bias, bias.shape != [weight.shape[0]] {
      failShapes("Conv1D", weight.shape, bias.shape)
    }
    self.paddingMode = paddingMode
    super.init(
      weight: weight, bias: bias, stride: stride, padding: padding, dilation: dilation,
      groups: groups, algorithm: algorithm)
  }

  /// Maps `[N, C, L]` to `[N, O, L']`.
  public func callAsFunction(_ x: Tensor) -> Tensor { self(x, followedBy: Epilogue()) }
}

extension Conv1D: FusingLayer {
  package func callAsFunction(_ x: Tensor, followedBy epilogue: Epilogue) -> Tensor {
    let y = conv1D(
      x, weight: weight.value, bias: bias?.value, stride: stride, padding: padding,
      paddingMode: paddingMode, dilation: dilation, groups: groups, activation: epilogue.activation,
      algorithm: algorithm)
    return epilogue.completed(y)
  }
}
