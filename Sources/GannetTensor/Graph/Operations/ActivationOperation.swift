/// An activation of every element of its input.
package struct ActivationOperation: GraphOperation {
  package let activation: Activation

  package var name: String { "\(activation)" }

  package func shapes(of inputs: GraphInputs) -> [Shape]? { [inputs[0].shape] }

  package func callAsFunction(
    _ inputs: consuming GraphInputs, into buffer: ChannelBuffer?
  ) -> [GraphValue] {
    var inputs = inputs
    return [GraphValue.tensor(inputs.take(0).activated("activation", by: activation))]
      .placed(in: buffer)
  }
}
