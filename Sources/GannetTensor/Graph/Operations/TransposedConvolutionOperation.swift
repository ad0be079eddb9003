/// ``transposedConv2D(_:weight:bias:stride:padding:outputPadding:dilation:groups:activation:algorithm:)``.
///
/// Inputs: x, weight, bias or nil.
package struct TransposedConvolutionOperation: TensorOperation {
  package let settings: ConvolutionSettings
  package let outputPadding: Size2D
  package let activation: Activation
  let algorithm: ConvolutionAlgorithm

  package var name: String { "transposedConv2D" }

  package func result(of inputs: consuming GraphInputs) -> Tensor {
    transposedConv2D(
      inputs[0], weight: inputs[1], bias: inputs.optional(2), stride: settings.stride,
      padding: settings.padding, outputPadding: outputPadding, dilation: settings.dilation,
      groups: settings.groups, activation: activation, algorithm: algorithm)
  }
}
