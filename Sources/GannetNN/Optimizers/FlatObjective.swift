import GannetTensor

/// A loss as a function of all parameters in a row.
struct FlatObjective {
  /// A loss and its gradient, flat.
  struct Point {
    let loss: Double
    let gradient: Tensor
  }

  private let parameters: [Parameter]
  private let loss: () -> Tensor

  init(_ parameters: Parameters, _ loss: @escaping () -> Tensor) {
    self.parameters = Array(parameters)
    self.loss = loss
  }

  /// The loss and its gradient at the parameters.
  func evaluate() -> Point {
    for parameter in parameters { parameter.gradient = nil }
    let value = loss()
    value.backward()
    return withoutGradients {
      let parts = parameters.map { parameter in
        (parameter.gradient ?? Tensor(zeros: parameter.shape)).reshaped(to: [parameter.value.count])
      }
      return Point(
        loss: Double(value.scalar),
        gradient: parts.isEmpty ? Tensor(zeros: [0]) : concatenate(parts))
    }
  }

  /// Adds `length` times the flat `direction` to the parameters.
  func move(along direction: Tensor, by length: Double) {
    withoutGradients {
      var start = 0
      for parameter in parameters {
        let count = parameter.value.count
        let part = direction[start..<start + count].reshaped(to: parameter.shape)
        parameter.value.add(part, scaledBy: Float(length))
        start += count
      }
    }
  }

  /// The values of the parameters.
  var values: [Tensor] {
    get { parameters.map { $0.value.detached() } }
    nonmutating set {
      withoutGradients {
        for (parameter, value) in zip(parameters, newValue) { parameter.value = value }
      }
    }
  }
}

extension Tensor {
  /// The largest absolute value of all elements; 0 without any.
  var largestMagnitude: Double { count == 0 ? 0 : Double(abs(self).max().scalar) }
}
