/// Batch norm in evaluation mode.
///
/// Inputs: x, mean, variance, weight, bias, a residual or nil.
package struct BatchNormOperation: ActivatedOperation {
  package let epsilon: Float
  package var activation: Activation

  package var name: String { "batchNorm" }

  package func shapes(of inputs: GraphInputs) -> [Shape]? { [inputs[0].shape] }

  package func callAsFunction(
    _ inputs: consuming GraphInputs, into buffer: ChannelBuffer?
  ) -> [GraphValue] {
    var inputs = inputs
    let (mean, variance, weight, bias) = (inputs[1], inputs[2], inputs[3], inputs[4])
    let residual = inputs.optional(5)
    let y = batchNorm(
      inputs.take(0), mean: mean, variance: variance, weight: weight, bias: bias,
      epsilon: epsilon, residual: residual, activation: activation, into: buffer)
    return [.tensor(y)]
  }
}
