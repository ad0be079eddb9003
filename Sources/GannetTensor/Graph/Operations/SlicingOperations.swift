// Operations that take parts of a tensor, or join tensors.

/// ``Tensor/sliced(_:along:)``, of tensors and of integers.
package struct SliceOperation: GraphOperation {
  package let axis: Int
  /// The bounds of the range.
  package var sizes: [Int]

  init(_ range: Range<Int>, along axis: Int) {
    self.axis = axis
    sizes = [range.lowerBound, range.upperBound]
  }

  package var name: String { "sliced" }

  package func callAsFunction(
    _ inputs: consuming GraphInputs, into buffer: ChannelBuffer?
  ) -> [GraphValue] {
    let range = sizes[0]..<sizes[1]
    let result: GraphValue =
      switch inputs.value(0)! {
      case .tensor(let x): .tensor(x.sliced(range, along: axis))
      case .integers(let x): .integers(x.sliced(range, along: axis))
      }
    return [result].placed(in: buffer)
  }
}

/// ``Tensor/strided(by:along:)``.
package struct StrideOperation: TensorOperation {
  package let step: Int
  package let axis: Int

  package var name: String { "strided" }

  package func result(of inputs: consuming GraphInputs) -> Tensor {
    inputs[0].strided(by: step, along: axis)
  }
}

/// ``Tensor/flipped(along:)``.
package struct FlipOperation: TensorOperation {
  package let axis: Int

  package var name: String { "flipped" }

  package func result(of inputs: consuming GraphInputs) -> Tensor { inputs[0].flipped(along: axis) }
}

/// ``Tensor/padded(before:after:with:)``.
package struct PaddingOperation: TensorOperation {
  package let before: [Int]
  package let after: [Int]
  package let value: Float

  package var name: String { "padded" }

  package func result(of inputs: consuming GraphInputs) -> Tensor {
    inputs[0].padded(before: before, after: after, with: value)
  }
}

/// ``concatenate(_:along:)`` of all inputs.
package struct ConcatenationOperation: TensorOperation {
  package let axis: Int

  package var name: String { "concatenate" }

  package func result(of inputs: consuming GraphInputs) -> Tensor {
    concatenate(inputs.tensors, along: axis)
  }
}

/// A sparse matrix that maps the lines along an axis, as interpolation and padding by mirrors do.
package struct AxisMapOperation: TensorOperation {
  let function: StaticString
  let map: AxisMap
  package let axis: Int

  package var name: String { "\(function)" }

  /// The matrix, `[outputs, inputs]`.
  package var matrix: Tensor { map.matrix }

  package func result(of inputs: consuming GraphInputs) -> Tensor {
    inputs[0].mapped(function, by: map, along: axis)
  }
}
