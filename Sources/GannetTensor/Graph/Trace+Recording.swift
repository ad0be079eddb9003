// Recording of operations with attention masks and integers among their inputs.

extension Trace {
  /// The result of `operation` on tensors and a mask, whose lengths and tensors are inputs too.
  func record(
    _ operation: some TensorOperation, _ tensors: [Tensor], _ mask: AttentionMask
  ) -> Tensor {
    if mask.hasFixedLengths { note("masks by lengths in arrays", on: tensors.map(\.node)) }
    return record(operation, tensors.map { .tensor($0) } + mask.values)[0].tensor
  }

  /// The result of `operation` on a tensor and indices.
  func record(
    _ operation: some TensorOperation, _ tensor: Tensor, at indices: IntTensor
  ) -> Tensor {
    record(operation, [.tensor(tensor), .integers(indices)])[0].tensor
  }

  /// The integers that `operation` makes of `integers`.
  func record(_ operation: some GraphOperation, _ integers: IntTensor) -> IntTensor {
    record(operation, [.integers(integers)])[0].integers
  }
}

extension AttentionMask {
  /// Whether it has lengths of each query, which a trace does not follow.
  fileprivate var hasFixedLengths: Bool {
    lengths.contains {
      if case .ofExamples = $0 { false } else { true }
    }
  }

  /// The lengths and the tensors of the mask.
  fileprivate var values: [GraphValue] {
    let own = lengths.compactMap { length -> GraphValue? in
      if case .ofExamples(let integers) = length { .integers(integers) } else { nil }
    }
    return own + (allowed + biases).map { .tensor($0) }
  }
}
