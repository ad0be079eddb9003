// Comparisons of elements, and choices between them. Shapes broadcast.

/// The larger or the smaller of two inputs.
package struct ExtremumOperation: TensorOperation {
  package let isMaximum: Bool

  package var name: String { isMaximum ? "maximum" : "minimum" }

  package func result(of inputs: consuming GraphInputs) -> Tensor {
    isMaximum ? maximum(inputs[0], inputs[1]) : minimum(inputs[0], inputs[1])
  }
}

/// 1 where a comparison of two inputs holds, else 0.
package struct ComparisonOperation: TensorOperation {
  package enum Relation: String, Sendable {
    case less = ".<"
    case lessOrEqual = ".<="
    case equal = ".=="
    case unequal = ".!="
  }

  package let relation: Relation

  package var name: String { relation.rawValue }

  package func result(of inputs: consuming GraphInputs) -> Tensor {
    switch relation {
    case .less: inputs[0] .< inputs[1]
    case .lessOrEqual: inputs[0] .<= inputs[1]
    case .equal: inputs[0] .== inputs[1]
    case .unequal: inputs[0] .!= inputs[1]
    }
  }
}

/// The first input, with `value`, or the elements of the third input where that is nil, in the places
/// where the second one is not 0.
package struct ReplacementOperation: TensorOperation {
  package let value: Float?

  package var name: String { "replacing" }

  package func result(of inputs: consuming GraphInputs) -> Tensor {
    var inputs = inputs
    let x = inputs.take(0)
    if let value { return x.replacing(with: value, where: inputs[1]) }
    return x.replacing(with: inputs[2], where: inputs[1])
  }
}

/// ``Tensor/lowerTriangle(offset:)`` or ``Tensor/upperTriangle(offset:)``.
package struct TriangleOperation: TensorOperation {
  package let isUpper: Bool
  package let offset: Int

  package var name: String { isUpper ? "upperTriangle" : "lowerTriangle" }

  package func result(of inputs: consuming GraphInputs) -> Tensor {
    isUpper ? inputs[0].upperTriangle(offset: offset) : inputs[0].lowerTriangle(offset: offset)
  }
}
