// Operations whose second input is integers: places in the first.

/// ``Tensor/slices(at:along:)``.
package struct SlicesOperation: TensorOperation {
  package let axis: Int

  package var name: String { "slices" }

  package func result(of inputs: consuming GraphInputs) -> Tensor {
    inputs[0].slices(at: inputs.integers(1), along: axis)
  }
}

/// ``Tensor/gathered(at:along:)``.
package struct GatheringOperation: TensorOperation {
  package let axis: Int

  package var name: String { "gathered" }

  package func result(of inputs: consuming GraphInputs) -> Tensor {
    inputs[0].gathered(at: inputs.integers(1), along: axis)
  }
}

/// ``Tensor/rows(at:constant:)``: the rows of a table.
package struct EmbeddingOperation: TensorOperation {
  let constant: Int?

  package var name: String { "embedding" }

  package func result(of inputs: consuming GraphInputs) -> Tensor {
    inputs[0].rows(at: inputs.integers(1), constant: constant)
  }
}

/// ``Tensor/argmax(along:)`` or ``Tensor/argmin(along:)``.
package struct ExtremumPlaceOperation: GraphOperation {
  package let isMaximum: Bool
  package let axes: Axes

  package var name: String { isMaximum ? "argmax" : "argmin" }

  package func callAsFunction(
    _ inputs: consuming GraphInputs, into buffer: ChannelBuffer?
  ) -> [GraphValue] {
    [.integers(isMaximum ? inputs[0].argmax(along: axes) : inputs[0].argmin(along: axes))]
  }
}

/// The elements in order along an axis, and their indices before.
package struct SortOperation: GraphOperation {
  package let axis: Int
  package let isDescending: Bool

  package var name: String { "sorted" }

  package func callAsFunction(
    _ inputs: consuming GraphInputs, into buffer: ChannelBuffer?
  ) -> [GraphValue] {
    let (values, indices) = inputs[0].sorted(along: axis, descending: isDescending)
    return [.tensor(values), .integers(indices)].placed(in: buffer)
  }
}
