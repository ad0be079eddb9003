extension Graph {
  /// This graph with fewer passes over its values: batch norms that follow a convolution or a linear
  /// layer are folded into its weights; additions and activations run in the pass before them.
  package func fused() -> Graph {
    var graph = self
    // Each pass may give work to the others.
    while graph.foldOneBatchNorm() || graph.fuseOneActivation() || graph.fuseOneSum() {}
    return graph.withoutUnused()
  }

  /// The step that makes each value, where it is that value's only maker and has no buffer, and its
  /// value is read once.
  private func privateMakers() -> [Int: Int] {
    let uses = uses
    var makers: [Int: Int] = [:]
    for (index, step) in steps.enumerated() where step.buffer == nil && step.results.count == 1 {
      if uses[step.results[0]] == 1 { makers[step.results[0]] = index }
    }
    return makers
  }

  private func constant(_ operand: Operand?) -> Tensor? {
    guard case .constant(let index) = operand, case .tensor(let tensor) = constants[index] else {
      return nil
    }
    return tensor
  }

  private mutating func add(constant tensor: Tensor) -> Operand {
    constants.append(.tensor(tensor))
    return .constant(constants.count - 1)
  }

  /// Replaces step `index` by what step `earlier`, whose only reader it is, makes as `step`: results and
  /// buffer are those of step `index`.
  private mutating func merge(_ earlier: Int, into index: Int, as step: Step) {
    var step = step
    step.results = steps[index].results
    step.buffer = steps[index].buffer
    steps[index] = step
    steps.remove(at: earlier)
  }

  // MARK: Batch norm

  private mutating func foldOneBatchNorm() -> Bool {
    let makers = privateMakers()
    for (index, step) in steps.enumerated() {
      guard let norm = step.operation as? BatchNormOperation,
        case .value(let source) = step.inputs[0], let maker = makers[source]
      else { continue }
      let statistics = step.inputs[1...4].map(constant)
      guard statistics.allSatisfy({ $0 != nil }) else { continue }
      var product = steps[maker]
      let residual = step.inputs[5]
      let isConvolution = product.operation is ConvolutionOperation && product.inputs.count == 3
      // A linear layer adds no residual.
      guard isConvolution || product.operation is LinearOperation && residual == nil,
        let operation = product.operation(followedBy: norm.activation),
        let weight = constant(product.inputs[1]),
        product.inputs[2] == nil || constant(product.inputs[2]) != nil
      else { continue }
      product.operation = operation
      let (scales, shifts) = norm.line(statistics.map { $0! }, from: constant(product.inputs[2]))
      let column = scales.reshaped(to: [scales.count] + Array(repeating: 1, count: weight.rank - 1))
      product.inputs[1] = add(constant: weight * column)
      product.inputs[2] = add(constant: shifts)
      if let residual { product.inputs.append(residual) }
      merge(maker, into: index, as: product)
      return true
    }
    return false
  }

  // MARK: Activations and sums

  private mutating func fuseOneActivation() -> Bool {
    let makers = privateMakers()
    for (index, step) in steps.enumerated() {
      guard let function = step.operation as? ActivationOperation,
        case .value(let source) = step.inputs[0], let maker = makers[source]
      else { continue }
      var product = steps[maker]
      guard let operation = product.operation(followedBy: function.activation) else { continue }
      product.operation = operation
      merge(maker, into: index, as: product)
      return true
    }
    return false
  }

  /// A sum of two images of one shape, the second made by a convolution, or the first.
  private mutating func fuseOneSum() -> Bool {
    let makers = privateMakers()
    for (index, step) in steps.enumerated() {
      guard let sum = step.operation as? ArithmeticOperation, sum.kind == .sum else { continue }
      for (term, other) in [(1, 0), (0, 1)] {
        guard case .value(let source) = step.inputs[term], let maker = makers[source],
          case .value(let residual) = step.inputs[other], residual != source,
          let convolution = steps[maker].operation as? ConvolutionOperation,
          convolution.activation == .identity, steps[maker].inputs.count == 3,
          shapes[residual] == shapes[source]
        else { continue }
        var product = steps[maker]
        product.inputs.append(.value(residual))
        merge(maker, into: index, as: product)
        return true
      }
    }
    return false
  }
}

extension Graph.Step {
  /// The step's operation with `activation` in its epilogue; nil where it has none, or another activation.
  fileprivate func operation(followedBy activation: Activation) -> (any GraphOperation)? {
    guard var operation = operation as? any ActivatedOperation, operation.activation == .identity
    else { return nil }
    operation.activation = activation
    return operation
  }
}

extension BatchNormOperation {
  /// The norm of a product with the bias `bias`, as a factor of each channel's weights and a new bias.
  ///
  /// - Parameter constants: Mean, variance, weight and bias.
  fileprivate func line(
    _ constants: [Tensor], from bias: Tensor?
  ) -> (scales: Tensor, shifts: Tensor) {
    let values = constants.map { $0.scalars.map(Double.init) }
    let scales = zip(values[2], values[1]).map { $0 / ($1 + Double(epsilon)).squareRoot() }
    let biases = bias?.scalars.map(Double.init) ?? Array(repeating: 0, count: scales.count)
    let shifts = scales.indices.map { (biases[$0] - values[0][$0]) * scales[$0] + values[3][$0] }
    return (Tensor(scales.map { Float($0) }), Tensor(shifts.map { Float($0) }))
  }
}
