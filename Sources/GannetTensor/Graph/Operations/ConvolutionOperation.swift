/// ``conv2D(_:weight:bias:stride:padding:paddingMode:dilation:groups:activation:algorithm:into:)`` with
/// zero padding, and maybe a residual.
///
/// Inputs: x, weight, bias or nil; maybe a residual, which is added before the activation.
package struct ConvolutionOperation: ActivatedOperation {
  package let settings: ConvolutionSettings
  package var activation: Activation
  let algorithm: ConvolutionAlgorithm

  package var name: String { "conv2D" }

  package func shapes(of inputs: GraphInputs) -> [Shape]? {
    [ConvolutionGeometry("conv2D", inputs[0].shape, inputs[1].shape, settings).outputShape]
  }

  package func callAsFunction(
    _ inputs: consuming GraphInputs, into buffer: ChannelBuffer?
  ) -> [GraphValue] {
    let y = convolution(
      inputs[0], weight: inputs[1], bias: inputs.optional(2), settings, activation: activation,
      algorithm: algorithm, residual: inputs.optional(3), into: buffer)
    return [.tensor(y)]
  }
}
