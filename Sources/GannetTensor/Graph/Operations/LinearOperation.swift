/// ``linear(_:weight:bias:activation:dropout:)`` without dropout.
///
/// Inputs: x, weight, bias or nil.
package struct LinearOperation: ActivatedOperation {
  package var activation: Activation

  package var name: String { "linear" }

  package func shapes(of inputs: GraphInputs) -> [Shape]? {
    [linearShape(inputs[0].shape, weight: inputs[1].shape)]
  }

  package func callAsFunction(
    _ inputs: consuming GraphInputs, into buffer: ChannelBuffer?
  ) -> [GraphValue] {
    let y = linear(
      inputs[0], weight: inputs[1], bias: inputs.optional(2), activation: activation)
    return [GraphValue.tensor(y)].placed(in: buffer)
  }
}
