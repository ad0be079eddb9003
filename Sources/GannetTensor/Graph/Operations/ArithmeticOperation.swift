/// The sum, difference, product or quotient of two inputs, whose shapes broadcast.
package struct ArithmeticOperation: GraphOperation {
  package enum Kind: Sendable {
    case sum
    case difference
    case product
    case quotient
  }

  package let kind: Kind

  package var name: String { "\(kind)" }

  package func shapes(of inputs: GraphInputs) -> [Shape]? {
    inputs[0].shape.broadcast(with: inputs[1].shape).map { [$0] }
  }

  package func callAsFunction(
    _ inputs: consuming GraphInputs, into buffer: ChannelBuffer?
  ) -> [GraphValue] {
    var inputs = inputs
    let b = inputs[1]
    let a = inputs.take(0)
    let result =
      switch kind {
      case .sum: a + b
      case .difference: a - b
      case .product: a * b
      case .quotient: a / b
      }
    return [GraphValue.tensor(result)].placed(in: buffer)
  }
}

/// x · factor + term, for every element x.
package struct AffineOperation: GraphOperation {
  package let factor: Float
  package let term: Float

  package var name: String { "affine" }

  package func shapes(of inputs: GraphInputs) -> [Shape]? { [inputs[0].shape] }

  package func callAsFunction(
    _ inputs: consuming GraphInputs, into buffer: ChannelBuffer?
  ) -> [GraphValue] {
    var inputs = inputs
    let result = inputs.take(0).scaled(by: factor, plus: term, "affine")
    return [GraphValue.tensor(result)].placed(in: buffer)
  }
}
