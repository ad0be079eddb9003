/// `results` as those of one step of the tape.
///
/// `backward` gets their gradients, nil where none has arrived, and returns those of the inputs. The
/// tape knows steps of one result; so each result has a step of its own that only leaves its
/// gradient with the one behind it.
func recorded(
  _ operation: StaticString, results: [Tensor], _ inputs: [Node?],
  backward: @escaping ([Tensor?]) -> [Tensor?]
) -> [Tensor] {
  guard Recording.isOn, inputs.contains(where: { $0 != nil }) else { return results }
  let arrivals = Arrivals(results.count)
  let step = Node(operation, shape: [0], inputs: inputs, twiceDifferentiable: false) { _, _ in
    backward(arrivals.takeAll())
  }
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

  /// Keeps a gradient; returns what tells the step that there is one, if this is the first.
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
