import CGannetKernels

/// 2D transposed convolution with an optional bias and an activation: the input gradient of a
/// convolution with these settings whose result has the size of `x` (Dive into Deep Learning,
/// section 14.10).
///
///     let x = Tensor(zeros: [8, 16, 10, 10])
///     let y = transposedConv2D(x, weight: Tensor(zeros: [16, 3, 4, 4]), stride: 2, padding: 1)
///     // [8, 3, 20, 20]
///
/// - Parameters:
///   - x: `[N, C, H, W]`.
///   - weight: `[C, O / groups, kh, kw]`, as in PyTorch.
///   - bias: `[O]`, or nil for none.
///   - stride: The distance in the result between neighbouring pixels of `x`; 1 by default.
///   - padding: The rows and columns removed from the result; 0 by default.
///   - outputPadding: Additional rows at the bottom and columns at the right of the result, which
///     select one of the sizes that a strided convolution maps to the same size; less than the
///     stride or the dilation, 0 by default.
///   - dilation: The distance of kernel elements in pixels; 1 by default.
///   - groups: The number of groups of channels, which are convolved separately; 1 by default.
///   - activation: The activation of the result; none by default.
///   - algorithm: The algorithm; `automatic` by default.
/// - Returns: `[N, O, H', W']`, where H' is (H - 1) stride - padding + dilation (kh - 1) + 1 +
///   output padding.
public func transposedConv2D(
  _ x: Tensor, weight: Tensor, bias: Tensor? = nil, stride: Size2D = 1, padding: Padding2D = 0,
  outputPadding: Size2D = 0, dilation: Size2D = 1, groups: Int = 1,
  activation: Activation = .identity, algorithm: ConvolutionAlgorithm = .automatic
) -> Tensor {
  let settings = ConvolutionSettings(
    stride: stride, padding: padding, dilation: dilation, groups: groups)
  if let trace = Trace.current {
    let operation = TransposedConvolutionOperation(
      settings: settings, outputPadding: outputPadding, activation: activation,
      algorithm: algorithm.inForce)
    return trace.record(operation, [x, weight, bias])
  }
  let geometry = ConvolutionGeometry(
    transposing: "transposedConv2D", x.shape, weight.shape, settings, outputPadding)
  let (inputs, channels) = ([x.node, weight.node, bias?.node], geometry.channels)
  if let bias, bias.shape != [channels] {
    failShapes("transposedConv2D, bias", weight.shape, bias.shape)
  }
  let convolution = Convolution(geometry, algorithm.inForce)
  let small = x.channelsLast()
  let parameters = weight.contiguous()
  let product = convolution.inputGradient(small.detached(), weight: parameters.detached())
  let y = FusedResult(product, activation, isRecorded: Recording.isOn(for: inputs))
  y.finish(adding: bias?.detached().contiguous())
  let step = ConvolutionStep(
    operation: "transposedConv2D", x: weight.isRecorded ? SavedTensor(small) : nil,
    weight: x.isRecorded ? parameters : nil,
    epilogue: SavedEpilogue(activation: activation, kept: y.kept),
    inputGradient: convolution.recordedResult,
    weightGradient: { dy, x in convolution.recordedWeightGradient(x, x: dy) })
  return y.result.recorded(as: step, inputs)
}

extension FusedResult {
  /// Adds a bias to every pixel and applies the activation.
  fileprivate func finish(adding bias: Tensor?) {
    let channels = product.shape[1]
    guard bias != nil || activation != .identity, product.count > 0 else { return }
    let (pixels, values) = (product.pointer, bias?.pointer)
    withExtendedLifetime((product.storage, result.storage, bias?.storage)) {
      ThreadPool.shared.forEach(product.count / channels, by: max(1, elementwiseChunk / channels)) {
        rows in
        let first = pixels + rows.lowerBound * channels
        if let values {
          for row in 0..<rows.count {
            gannet_add_rows(values, 0, first + row * channels, 1, channels)
          }
        }
        finish(first, rows.count * channels)
      }
    }
  }
}

extension ConvolutionGeometry {
  /// The convolution whose input gradient is the transposed convolution of images of shape `x` with
  /// kernels of shape `weight`, `[C, O / groups, kh, kw]`.
  fileprivate init(
    transposing operation: StaticString, _ x: Shape, _ weight: Shape,
    _ settings: ConvolutionSettings, _ outputPadding: Size2D
  ) {
    guard x.rank == 4, weight.rank == 4, x[1] == weight[0] else {
      failShapes(operation, x, weight)
    }
    settings.check(operation, channels: x[1], of: x)
    let (stride, dilation) = (settings.stride, settings.dilation)
    guard outputPadding.height >= 0, outputPadding.width >= 0,
      outputPadding.height < max(stride.height, dilation.height),
      outputPadding.width < max(stride.width, dilation.width)
    else {
      fail(
        "\(operation): output padding \(outputPadding), expected less than the stride \(stride) or the "
          + "dilation \(dilation)")
    }
    let kernel = Size2D(weight[2], weight[3])
    let span = settings.span(kernel)
    let size = Size2D(
      (x[2] - 1) * stride.height + span.height + outputPadding.height - settings.padding.vertical,
      (x[3] - 1) * stride.width + span.width + outputPadding.width - settings.padding.horizontal)
    guard min(x[2], x[3]) > 0, min(size.height, size.width) > 0,
      min(kernel.height, kernel.width) > 0
    else {
      fail("\(operation): shapes \(x) and \(weight) don't fit: the result would be \(size)")
    }
    self.init(
      batch: x[0], channels: weight[1] * settings.groups, height: size.height, width: size.width,
      outputChannels: x[1], outputHeight: x[2], outputWidth: x[3], kernel: kernel, stride: stride,
      padding: settings.padding, dilation: dilation, groups: settings.groups)
  }
}
