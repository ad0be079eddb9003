/// The algorithm of a convolution.
public enum ConvolutionAlgorithm: Sendable {
  /// The fastest algorithm by a measured rule; relative differences from the exact results are
  /// about 1e-5.
  case automatic
  /// Direct products of inputs and weights, without Winograd transforms.
  case exact
}

extension ConvolutionAlgorithm {
  @TaskLocal fileprivate static var areAllExact = false

  /// The algorithm to use: `exact` within ``withExactConvolutions(_:)``, otherwise this one.
  var inForce: ConvolutionAlgorithm { ConvolutionAlgorithm.areAllExact ? .exact : self }
}

/// Runs `body` with all convolutions, and later their gradients, computed by `exact`, overriding
/// calls and layers. Applies to the current task alone.
public func withExactConvolutions<Result>(_ body: () throws -> Result) rethrows -> Result {
  try ConvolutionAlgorithm.$areAllExact.withValue(true, operation: body)
}

/// 2D convolution (cross-correlation) of images with an optional bias and a fused activation (Dive
/// into Deep Learning, section 7.2).
///
///     let x = Tensor(zeros: [8, 3, 32, 32])
///     let y = conv2D(x, weight: Tensor(zeros: [16, 3, 3, 3]), padding: 1)  // [8, 16, 32, 32]
///
/// Stops where shapes do not match or the kernel is larger than the padded image. The batch may be
/// empty.
///
/// - Parameters:
///   - x: `[N, C, H, W]`.
///   - weight: `[O, C / groups, kh, kw]`, as in PyTorch.
///   - bias: `[O]`, or nil for none.
///   - stride: The stride in pixels; 1 by default.
///   - padding: The padding of the image; 0 by default.
///   - paddingMode: The values of the padding; zeros by default. Other modes copy the image first.
///   - dilation: The distance of kernel elements in pixels; 1 by default.
///   - groups: The number of groups of channels, which are convolved separately; 1 by default.
///   - activation: The activation fused into the epilogue; none by default.
///   - algorithm: The algorithm; `automatic` by default.
///   - buffer: A buffer into whose next channels the result is written; none by default.
/// - Returns: `[N, O, H', W']`, where H' is (H + padding - span) / stride + 1, rounded down, and a
///   kernel of k rows spans dilation · (k - 1) + 1.
public func conv2D(
  _ x: Tensor, weight: Tensor, bias: Tensor? = nil, stride: Size2D = 1, padding: Padding2D = 0,
  paddingMode: PaddingMode = .zeros, dilation: Size2D = 1, groups: Int = 1,
  activation: Activation = .identity, algorithm: ConvolutionAlgorithm = .automatic,
  into buffer: ChannelBuffer? = nil
) -> Tensor {
  if paddingMode != .zeros, padding != 0, x.rank == 4 {
    return conv2D(
      x.padded(by: padding, mode: paddingMode), weight: weight, bias: bias, stride: stride,
      dilation: dilation, groups: groups, activation: activation, algorithm: algorithm,
      into: buffer)
  }
  let settings = ConvolutionSettings(
    stride: stride, padding: padding, dilation: dilation, groups: groups)
  if let trace = Trace.current {
    let operation = ConvolutionOperation(
      settings: settings, activation: activation, algorithm: algorithm.inForce)
    return trace.record(operation, [x, weight, bias], into: buffer)
  }
  return convolution(
    x, weight: weight, bias: bias, settings, activation: activation,
    algorithm: algorithm.inForce, into: buffer)
}

/// The convolution of ``conv2D(_:weight:bias:stride:padding:paddingMode:dilation:groups:activation:algorithm:into:)``
/// with zero padding, and maybe a residual of the result's shape, which is added before the activation
/// and gets no gradient.
func convolution(
  _ x: Tensor, weight: Tensor, bias: Tensor?, _ settings: ConvolutionSettings,
  activation: Activation, algorithm: ConvolutionAlgorithm, residual: Tensor? = nil,
  into buffer: ChannelBuffer? = nil
) -> Tensor {
  let geometry = ConvolutionGeometry("conv2D", x.shape, weight.shape, settings)
  if let bias, bias.shape != [geometry.outputChannels] {
    failShapes("conv2D, bias", weight.shape, bias.shape)
  }
  if let residual, residual.shape != geometry.outputShape {
    failShapes("conv2D, residual", geometry.outputShape, residual.shape)
  }
  let convolution = Convolution(geometry, algorithm)
  let x = x.pixels()
  let parameters = (weight: weight.contiguous(), bias: bias?.contiguous())
  let inputs = [x.node, weight.node, bias?.node]
  let y = convolution.result(
    x.detached(), weight: parameters.weight.detached(), bias: parameters.bias, activation,
    residual: residual, isRecorded: Recording.isOn(for: inputs),
    into: buffer?.room(for: geometry.outputShape))
  let step = ConvolutionStep(
    operation: "conv2D", x: weight.isRecorded ? SavedTensor(x) : nil,
    weight: x.isRecorded ? parameters.weight : nil,
    epilogue: SavedEpilogue(activation: activation, kept: y.kept),
    inputGradient: convolution.recordedInputGradient,
    weightGradient: convolution.recordedWeightGradient)
  let result = y.result.recorded(as: step, inputs)
  return buffer?.join(result) ?? result
}

/// A convolution, transposed or not, on the tape.
struct ConvolutionStep: FusedStep {
  let operation: StaticString
  let x: SavedTensor?
  let weight: Tensor?
  let epilogue: SavedEpilogue
  /// Computes the input's gradient from the product's gradient and the weight, recorded.
  let inputGradient: (_ dy: Tensor, _ weight: Tensor) -> Tensor
  /// Computes the weight's gradient from the product's gradient and the input, recorded.
  let weightGradient: (_ dy: Tensor, _ x: Tensor) -> Tensor

  func gradients(_ incoming: consuming Tensor, _ wanted: WantedGradients) -> [Tensor?] {
    let (dy, bias) = incoming.pixels().throughEpilogue(epilogue, summing: wanted[2])
    // First the pass that may compute x anew, so that not both x and its gradient take memory.
    let ofWeight = wanted(1) { weightGradient(dy, x!.value) }
    return [wanted(0) { inputGradient(dy, weight!) }, ofWeight, bias]
  }

  func recordedGradients(_ dy: Tensor, of inputs: [Node?], _ wanted: WantedGradients) -> [Tensor?] {
    [
      wanted(0) { inputGradient(dy, weight!.attached(to: inputs[1])) },
      wanted(1) { weightGradient(dy, x!.value.attached(to: inputs[0])) },
      wanted(2) { dy.sum(along: [0, 2, 3]) },
    ]
  }
}

extension Tensor {
  /// These images in channels-last order, or as a channel slice of such a tensor.
  consuming func pixels() -> Tensor { layout == .channelSlice ? self : channelsLast() }
}
