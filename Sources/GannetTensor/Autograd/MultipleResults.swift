/// Records a step of the tape with several results.
///
/// `backward` gets the results' gradients, nil for a result without one, and the inputs, and returns
/// the inputs' gradients.
/// As steps of the tape have one result, each result gets its own step, which passes its gradient
/// to a common one.
func recorded(
  _ operation: StaticString, results: [Tensor], _ inputs: [Node?],
  products: TapeProfile.Products = .none, backward: @escaping ([Tensor?], [Node?]) -> [Tensor?]
) -> [Tensor] {
  guard Recording.isOn, inputs.contains(where: { $0 != nil }) else { return results }
  let arrivals = Arrivals(results.count)
  let step = Node(operation, shape: [0], inputs: inputs, twiceDifferentiable: false) { _, node in
    backward(arrivals.takeAll(), node.inputs)
  }
  step.statedProducts = products
  return results.enumerated().map { number, result in
    result.recorded(operation, [step], twiceDifferentiable: false) { gradient in
      [arrivals.put(gradient, at: number)]
    }
  }
}

/// The gradients of a step's results.
private final class Arrivals {
  private var gradients: [Tensor?]

  init(_ count: Int) { gradients = Array(repeating: nil, count: count) }

  /// Stores a gradient; the first call returns a tensor that triggers the common step.
  func put(_ gradient: Tensor, at number: Int) -> Tensor? {
    let isFirst = gradients.allSatisfy { $0 == nil }
    gradients[number] = gradient
    return isFirst ? Tensor(zeros: [0]) : nil
  }

  func takeAll() -> [Tensor?] {
    defer { gradients = Array(repeating: nil, count: gradients.count) }
    return gradients
  }
}
