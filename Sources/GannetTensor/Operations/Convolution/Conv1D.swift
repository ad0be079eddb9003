/// 1D convolution (cross-correlation) of sequences with an optional bias, computed as `conv2D` of
/// images of one row.
///
///     let x = Tensor(zeros: [8, 3, 100])
///     let y = conv1D(x, weight: Tensor(zeros: [16, 3, 5]), padding: 2)  // [8, 16, 100]
///
/// - Parameters:
///   - x: `[N, C, L]`.
///   - weight: `[O, C / groups, k]`, as in PyTorch.
///   - bias: `[O]`, or nil for none.
///   - stride: The step of the kernel; 1 by default.
///   - padding: The padding at both ends; 0 by default.
///   - paddingMode: The values of the padding; zeros by default.
///   - dilation: The distance of the kernel's elements; 1 by default.
///   - groups: The number of groups of channels that are convolved apart; 1 by default.
///   - activation: The activation, applied in the same pass; none by default.
///   - algorithm: The choice of the path; by a measured rule by default.
/// - Returns: `[N, O, L']`, where L' is (L + padding - dilation (k - 1) - 1) / stride + 1, rounded
///   down.
public func conv1D(
  _ x: Tensor, weight: Tensor, bias: Tensor? = nil, stride: Int = 1,
  padding: Padding1D = 0, paddingMode: PaddingMode = .zeros, dilation: Int = 1, groups: Int = 1,
  activation: Activation = .identity,
  algorithm: ConvolutionAlgorithm = .automatic
) -> Tensor {
  guard x.rank == 3, weight.rank == 3 else { failShapes("conv1D", x.shape, weight.shape) }
  return conv2D(
    x.unsqueezed(at: 2), weight: weight.unsqueezed(at: 2), bias: bias, stride: Size2D(1, stride),
    padding: padding.ofColumns, paddingMode: paddingMode, dilation: Size2D(1, dilation),
    groups: groups,
    activation: activation, algorithm: algorithm
  ).squeezed(at: 2)
}

/// 1D transposed convolution of sequences with an optional bias, computed as `transposedConv2D` of
/// images of one row.
///
///     let x = Tensor(zeros: [8, 16, 10])
///     let y = transposedConv1D(x, weight: Tensor(zeros: [16, 3, 4]), stride: 2, padding: 1)  // [8, 3, 20]
///
/// - Parameters:
///   - x: `[N, C, L]`.
///   - weight: `[C, O / groups, k]`, as in PyTorch.
///   - bias: `[O]`, or nil for none.
///   - stride: The step of the kernel; 1 by default.
///   - padding: The elements removed from both ends of the result; 0 by default.
///   - outputPadding: Additional elements at the end of the result, less than the stride or the
///     dilation; 0 by default.
///   - dilation: The distance of the kernel's elements; 1 by default.
///   - groups: The number of groups of channels that are convolved apart; 1 by default.
///   - activation: The activation, applied in the same pass; none by default.
///   - algorithm: The choice of the path; by a measured rule by default.
/// - Returns: `[N, O, L']`, where L' is (L - 1) stride - padding + dilation (k - 1) + 1 + output
///   padding.
public func transposedConv1D(
  _ x: Tensor, weight: Tensor, bias: Tensor? = nil, stride: Int = 1, padding: Padding1D = 0,
  outputPadding: Int = 0, dilation: Int = 1, groups: Int = 1, activation: Activation = .identity,
  algorithm: ConvolutionAlgorithm = .automatic
) -> Tensor {
  guard x.rank == 3, weight.rank == 3 else { failShapes("transposedConv1D", x.shape, weight.shape) }
  return transposedConv2D(
    x.unsqueezed(at: 2), weight: weight.unsqueezed(at: 2), bias: bias, stride: Size2D(1, stride),
    padding: padding.ofColumns, outputPadding: Size2D(0, outputPadding),
    dilation: Size2D(1, dilation), groups: groups, activation: activation, algorithm: algorithm
  ).squeezed(at: 2)
}
