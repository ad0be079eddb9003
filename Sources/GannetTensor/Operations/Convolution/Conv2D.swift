/// How a convolution is computed.
public enum ConvolutionAlgorithm: Sendable {
  /// The fastest algorithm by a measured rule; results agree with the exact ones to some 1e-5 of
  /// their size.
  case automatic
  /// Products of the weights with the patches under the kernel: every sum is one of products of an
  /// input and a weight.
  case exact
}

extension ConvolutionAlgorithm {
  @TaskLocal fileprivate static var areAllExact = false

  /// The algorithm in force: `exact` within ``withExactConvolutions(_:)``, otherwise this one.
  var inForce: ConvolutionAlgorithm { ConvolutionAlgorithm.areAllExact ? .exact : self }
}

/// Runs `body` with all convolutions computed exactly, and so their gradients later, whatever
/// algorithm their calls and layers name. Holds for the task, not for other threads.
public func withExactConvolutions<Result>(_ body: () throws -> Result) rethrows -> Result {
  try ConvolutionAlgorithm.$areAllExact.withValue(true, operation: body)
}

/// The cross-correlation of images with kernels, and what follows, as one step of the tape (the
/// book's section 7.2).
///
///     let x = Tensor(zeros: [8, 3, 32, 32])
///     let y = conv2D(x, weight: Tensor(zeros: [16, 3, 3, 3]), padding: 1)  // [8, 16, 32, 32]
///
/// Stops where the shapes don't fit, or the kernel is larger than the padded image. A batch of no
/// images gives one of no images.
///
/// - Parameters:
///   - x: `[N, C, H, W]`.
///   - weight: `[O, C / groups, kh, kw]`, as in PyTorch.
///   - bias: `[O]`, or nil for none.
///   - stride: From one place of the kernel to the next, in pixels.
///   - padding: Rows and columns around the image.
///   - paddingMode: The values of the padding; whatever is not zeros is put there first, in passes
///     of its own.
///   - dilation: From one element of the kernel to the next, in pixels.
///   - groups: In how many parts the channels are cut, of which each makes its part of the result.
///   - activation: Applied while the result is in the cache.
///   - algorithm: How it is computed.
/// - Returns: `[N, O, H', W']`, where H' is (H + padding - span) / stride + 1, rounded down, and a
///   kernel of k rows spans dilation · (k - 1) + 1.
public func conv2D(
  _ x: Tensor, weight: Tensor, bias: Tensor? = nil, stride: Size2D = 1, padding: Padding2D = 0,
  paddingMode: PaddingMode = .zeros, dilation: Size2D = 1, groups: Int = 1,
  activation: Activation = .identity, algorithm: ConvolutionAlgorithm = .automatic
) -> Tensor {
  if paddingMode != .zeros, padding != 0, x.rank == 4 {
    return conv2D(
      x.padded(by: padding, mode: paddingMode), weight: weight, bias: bias, stride: stride,
      dilation: dilation, groups: groups, activation: activation, algorithm: algorithm)
  }
  let settings = ConvolutionSettings(
    stride: stride, padding: padding, dilation: dilation, groups: groups)
  let geometry = ConvolutionGeometry("conv2D", x.shape, weight.shape, settings)
  if let bias, bias.shape != [geometry.outputChannels] {
    failShapes("conv2D, bias", weight.shape, bias.shape)
  }
  let convolution = Convolution(geometry, algorithm.inForce)
  let x = x.pixels()
  let parameters = (weight: weight.contiguous(), bias: bias?.contiguous())
  let y = convolution.result(
    x.detached(), weight: parameters.weight.detached(), bias: parameters.bias,
    activation: activation)
  let inputs = [x.node, weight.node, bias?.node]
  let saved = SavedConvolution(
    x: weight.isRecorded ? x : nil, weight: x.isRecorded ? parameters.weight : nil,
    y: activation == .identity ? nil : y, activation: activation)
  return y.recordedWithOutput("conv2D", inputs) { gradient, node in
    saved.gradients(of: node, gradient) { dy, weight in
      convolution.recordedInputGradient(dy, weight: weight)
    } ofWeight: { dy, x in
      convolution.recordedWeightGradient(dy, x: x)
    }
  }
}

/// Tensors saved in the forward pass for the gradients of `conv2D` and `transposedConv2D`.
struct SavedConvolution {
  let x: Tensor?
  let weight: Tensor?
  let y: Tensor?
  let activation: Activation

  /// - Parameters:
  ///   - ofInput: The gradient of the input, from that of the product and the weight, as a step of
  ///     the tape.
  ///   - ofWeight: That of the weight, from that of the product and the input.
  func gradients(
    of node: Node, _ incoming: consuming Tensor, ofInput: (Tensor, Tensor) -> Tensor,
    ofWeight: (Tensor, Tensor) -> Tensor
  ) -> [Tensor?] {
    let inputs = node.inputs
    let (dy, bias): (Tensor, Tensor?)
    if Recording.isOn {
      dy = activation.chain(incoming, y?.attached(to: node))
      bias = inputs[2].map { _ in dy.sum(along: [0, 2, 3]) }
    } else {
      (dy, bias) = throughActivation(incoming, activation, y: y, needsSums: inputs[2] != nil)
    }
    return [
      weight.flatMap { weight in inputs[0].map { _ in ofInput(dy, weight) } },
      x.flatMap { x in inputs[1].map { _ in ofWeight(dy, x) } },
      bias,
    ]
  }
}

extension Tensor {
  /// These images with their channels side by side: channels-last, or a range of such channels.
  consuming func pixels() -> Tensor { layout == .channelSlice ? self : channelsLast() }
}
