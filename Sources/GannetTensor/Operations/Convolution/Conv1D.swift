/// The cross-correlation of sequences with kernels, and what follows, as one step of the tape: `conv2D` for
/// images of one row.
///
///     let x = Tensor(zeros: [8, 3, 100])
///     let y = conv1D(x, weight: Tensor(zeros: [16, 3, 5]), padding: 2)  // [8, 16, 100]
///
/// - Parameters:
///   - x: `[N, C, L]`.
///   - weight: `[O, C / groups, k]`, as in PyTorch.
///   - bias: `[O]`, or nil for none.
///   - padding: Zeros in front and behind.
/// - Returns: `[N, O, L']`, where L' is (L + 2 padding - dilation (k - 1) - 1) / stride + 1, rounded down.
public func conv1D(
  _ x: Tensor, weight: Tensor, bias: Tensor? = nil, stride: Int = 1, padding: Int = 0,
  dilation: Int = 1, groups: Int = 1, activation: Activation = .identity,
  algorithm: ConvolutionAlgorithm = .automatic
) -> Tensor {
  guard x.rank == 3, weight.rank == 3 else { failShapes("conv1D", x.shape, weight.shape) }
  return conv2D(
    x.unsqueezed(at: 2), weight: weight.unsqueezed(at: 2), bias: bias, stride: Size2D(1, stride),
    padding: Padding2D(0, padding), dilation: Size2D(1, dilation), groups: groups,
    activation: activation, algorithm: algorithm
  ).squeezed(at: 2)
}
