import GannetTensor

/// The mean of each sequence's states, `[N, T, E]` to `[N, E]`, over its first `lengths[n]` steps; zeros
/// where there are none.
func meanOfValidSteps(_ operation: StaticString, _ states: Tensor, _ lengths: [Int]) -> Tensor {
  guard states.rank == 3, lengths.count == states.shape[0] else {
    failShape(operation, states.shape, expected: "[\(lengths.count), T, E]")
  }
  let steps = states.shape[1]
  let weights = Tensor(shape: [lengths.count, 1, steps]) { weights in
    for (row, length) in lengths.enumerated() {
      guard (0...steps).contains(length) else {
        fail("\(operation): a length of \(length) in sequences of \(steps)")
      }
      for step in 0..<steps {
        weights[row * steps + step] = step < length ? 1 / Float(length) : 0
      }
    }
  }
  return matmul(weights, states).squeezed(at: 1)
}
