/// An operation whose only result is a tensor.
package protocol TensorOperation: GraphOperation {
  /// The result for `inputs`.
  func result(of inputs: consuming GraphInputs) -> Tensor
}

extension TensorOperation {
  package func callAsFunction(
    _ inputs: consuming GraphInputs, into buffer: ChannelBuffer?
  ) -> [GraphValue] {
    [GraphValue.tensor(result(of: inputs))].placed(in: buffer)
  }
}

/// The input without its gradient.
package struct DetachOperation: TensorOperation {
  package var name: String { "detached" }

  package func result(of inputs: consuming GraphInputs) -> Tensor { inputs[0] }
}

/// Integers as floats.
package struct ConversionOperation: TensorOperation {
  package var name: String { "Tensor" }

  package func result(of inputs: consuming GraphInputs) -> Tensor { Tensor(inputs.integers(0)) }
}
