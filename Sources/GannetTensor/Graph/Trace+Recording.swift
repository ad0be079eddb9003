// The operations that are known by a function, with attention masks and integers among their inputs.

extension Trace {
  /// The result of `body` on `inputs` and a mask, whose lengths and tensors are inputs too.
  func record(
    _ name: StaticString, _ mask: AttentionMask, _ inputs: [Tensor],
    _ body: @escaping (_ inputs: [Tensor], _ mask: AttentionMask) -> Tensor
  ) -> Tensor {
    if mask.hasFixedLengths { note("masks by lengths in arrays", on: inputs.map(\.node)) }
    let count = inputs.count
    let operation = TracedFunction(name) { x, _ in
      [.tensor(body((0..<count).map { x[$0] }, mask.with(x.values(from: count))))]
    }
    return record(operation, inputs.map { .tensor($0) } + mask.values)[0].tensor
  }

  /// The result of `body` on a tensor and indices.
  func record(
    _ name: StaticString, _ tensor: Tensor, at indices: IntTensor,
    _ body: @escaping (_ tensor: Tensor, _ indices: IntTensor) -> Tensor
  ) -> Tensor {
    let operation = TracedFunction(name) { x, _ in [.tensor(body(x[0], x.integers(1)))] }
    return record(operation, [.tensor(tensor), .integers(indices)])[0].tensor
  }

  /// The integers that `body` makes of `integers`.
  func record(
    _ name: StaticString, _ integers: IntTensor, sizes: [Int] = [],
    _ body: @escaping (_ integers: IntTensor, _ sizes: [Int]) -> IntTensor
  ) -> IntTensor {
    let operation = TracedFunction(name, sizes: sizes) { x, sizes in
      [.integers(body(x.integers(0), sizes))]
    }
    return record(operation, [.integers(integers)])[0].integers
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

  /// This mask with other lengths and tensors in place of its own.
  fileprivate func with(_ values: [GraphValue]) -> AttentionMask {
    let tensors = values.dropFirst(lengths.count).map(\.tensor)
    return AttentionMask(
      isCausal: isCausal, lengths: values.prefix(lengths.count).map { .ofExamples($0.integers) },
      allowed: Array(tensors.prefix(allowed.count)),
      biases: Array(tensors.dropFirst(allowed.count)))
  }
}
