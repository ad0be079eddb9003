// Inputs of norms: x, weight, bias.

/// ``layerNorm(_:weight:bias:epsilon:)``.
package struct LayerNormOperation: TensorOperation {
  package let epsilon: Float

  package var name: String { "layerNorm" }

  package func shapes(of inputs: GraphInputs) -> [Shape]? { [inputs[0].shape] }

  package func result(of inputs: consuming GraphInputs) -> Tensor {
    layerNorm(inputs[0], weight: inputs[1], bias: inputs[2], epsilon: epsilon)
  }
}

/// ``groupNorm(_:groups:weight:bias:epsilon:)``.
package struct GroupNormOperation: TensorOperation {
  package let groups: Int
  package let epsilon: Float

  package var name: String { "groupNorm" }

  package func result(of inputs: consuming GraphInputs) -> Tensor {
    groupNorm(
      inputs[0], groups: groups, weight: inputs[1], bias: inputs[2], epsilon: epsilon)
  }
}

/// ``rmsNorm(_:weight:epsilon:)``, without a bias.
package struct RMSNormOperation: TensorOperation {
  package let epsilon: Float

  package var name: String { "rmsNorm" }

  package func result(of inputs: consuming GraphInputs) -> Tensor {
    rmsNorm(inputs[0], weight: inputs[1], epsilon: epsilon)
  }
}
