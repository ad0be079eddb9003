/// An attention mask without its lengths and tensors, which are an operation's inputs: the lengths
/// first, then tensors of 0 where a key is hidden, then biases.
package struct MaskForm {
  package let isCausal: Bool
  package let lengthCount: Int
  package let allowedCount: Int

  init(_ mask: AttentionMask) {
    isCausal = mask.isCausal
    lengthCount = mask.lengths.count
    allowedCount = mask.allowed.count
  }

  /// The mask, of an operation's inputs from `first` on.
  func mask(_ inputs: borrowing GraphInputs, from first: Int) -> AttentionMask {
    let values = inputs.values(from: first)
    let tensors = values.dropFirst(lengthCount).map(\.tensor)
    return AttentionMask(
      isCausal: isCausal,
      lengths: values.prefix(lengthCount).map { .ofExamples($0.integers) },
      allowed: Array(tensors.prefix(allowedCount)),
      biases: Array(tensors.dropFirst(allowedCount)))
  }
}

/// Scaled dot-product attention. Inputs: queries, keys, values, and those of the mask.
package struct AttentionOperation: TensorOperation {
  package let mask: MaskForm
  /// The factor of the products; nil for 1 / √D.
  package let scale: Float?

  package var name: String { "scaledDotProductAttention" }

  package func shapes(of inputs: GraphInputs) -> [Shape]? {
    let (query, value) = (inputs[0].shape, inputs[2].shape)
    _ = AttentionSizes("scaledDotProductAttention", query, inputs[1].shape, value)
    return [query.replacing(query.rank - 1, with: value[value.rank - 1])]
  }

  package func result(of inputs: consuming GraphInputs) -> Tensor {
    scaledDotProductAttention(
      query: inputs[0], key: inputs[1], value: inputs[2], mask: mask.mask(inputs, from: 3),
      scale: scale)
  }
}

/// Scaled dot-product attention of one product for queries, keys and values. Inputs: the product, and
/// those of the mask.
package struct PackedAttentionOperation: TensorOperation {
  package let heads: Int
  package let keyHeads: Int
  package let mask: MaskForm
  /// The factor of the products; nil for 1 / √D.
  package let scale: Float?

  package var name: String { "scaledDotProductAttention" }

  package func shapes(of inputs: GraphInputs) -> [Shape]? {
    [PackedHeads("scaledDotProductAttention", inputs[0].shape, heads, keyHeads).merged]
  }

  package func result(of inputs: consuming GraphInputs) -> Tensor {
    scaledDotProductAttention(
      packed: inputs[0], heads: heads, keyHeads: keyHeads, mask: mask.mask(inputs, from: 1),
      scale: scale)
  }
}

/// The masked softmax of `scale` times the first input; the mask's inputs follow.
package struct MaskedSoftmaxOperation: TensorOperation {
  let operation: StaticString
  package let mask: MaskForm
  package let scale: Float

  package var name: String { "maskedSoftmax" }

  package func result(of inputs: consuming GraphInputs) -> Tensor {
    maskedSoftmax(operation, inputs[0], mask.mask(inputs, from: 1), scale: scale)
  }
}

/// ``additiveScores(query:key:weight:)`` of its three inputs.
package struct AdditiveScoresOperation: TensorOperation {
  package var name: String { "additiveScores" }

  package func result(of inputs: consuming GraphInputs) -> Tensor {
    additiveScores(query: inputs[0], key: inputs[1], weight: inputs[2])
  }
}

/// ``Tensor/splitHeads(_:size:)``, with a result for each group.
package struct HeadSplitOperation: GraphOperation {
  package let counts: [Int]
  package let size: Int

  package var name: String { "splitHeads" }

  package func callAsFunction(
    _ inputs: consuming GraphInputs, into buffer: ChannelBuffer?
  ) -> [GraphValue] {
    inputs[0].splitHeads(counts, size: size).map { .tensor($0) }
  }
}
