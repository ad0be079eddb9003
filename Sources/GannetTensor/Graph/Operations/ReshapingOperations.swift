// Operations that change the shape alone, of tensors and of integers.

/// ``Tensor/reshaped(to:)``.
package struct ReshapeOperation: GraphOperation {
  /// The shape of the result.
  package var sizes: [Int]

  package var name: String { "reshaped" }

  package func callAsFunction(
    _ inputs: consuming GraphInputs, into buffer: ChannelBuffer?
  ) -> [GraphValue] {
    let result: GraphValue =
      switch inputs.value(0)! {
      case .tensor(let x): .tensor(x.reshaped(to: sizes))
      case .integers(let x): .integers(x.reshaped(to: sizes))
      }
    return [result].placed(in: buffer)
  }
}

/// ``Tensor/flattened(from:)``.
package struct FlattenOperation: GraphOperation {
  package let axis: Int

  package var name: String { "flattened" }

  package func callAsFunction(
    _ inputs: consuming GraphInputs, into buffer: ChannelBuffer?
  ) -> [GraphValue] {
    switch inputs.value(0)! {
    case .tensor(let x): [.tensor(x.flattened(from: axis))]
    case .integers(let x): [.integers(x.flattened(from: axis))]
    }
  }
}

/// ``Tensor/permuted(_:)``.
package struct PermutationOperation: GraphOperation {
  package let order: [Int]

  package var name: String { "permuted" }

  package func callAsFunction(
    _ inputs: consuming GraphInputs, into buffer: ChannelBuffer?
  ) -> [GraphValue] {
    let result: GraphValue =
      switch inputs.value(0)! {
      case .tensor(let x): .tensor(x.permuted(order))
      case .integers(let x): .integers(x.permuted(order))
      }
    return [result].placed(in: buffer)
  }
}

/// ``Tensor/squeezed(at:)``.
package struct SqueezeOperation: TensorOperation {
  package let axis: Int

  package var name: String { "squeezed" }

  package func result(of inputs: consuming GraphInputs) -> Tensor { inputs[0].squeezed(at: axis) }
}

/// ``Tensor/unsqueezed(at:)``.
package struct UnsqueezeOperation: TensorOperation {
  package let axis: Int

  package var name: String { "unsqueezed" }

  package func result(of inputs: consuming GraphInputs) -> Tensor { inputs[0].unsqueezed(at: axis) }
}

/// ``Tensor/expanded(to:)``.
package struct ExpansionOperation: TensorOperation {
  /// The shape of the result.
  package var sizes: [Int]

  package var name: String { "expanded" }

  package func result(of inputs: consuming GraphInputs) -> Tensor {
    inputs[0].expanded(to: Shape(sizes))
  }
}
