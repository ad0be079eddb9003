/// A recurrent layer over all time steps, as ``recurrent(_:_:weights:state:cellState:lengths:carryFactors:constantShare:)``.
///
/// Inputs: features or tokens, initial state, cell state, lengths, constant share; then for each
/// direction weight, state's weight and both biases. All but the first and the weights may be nil.
/// Results: output, state, and an LSTM's cell state.
package struct RecurrentOperation: GraphOperation {
  package let kind: RecurrentKind

  package var name: String { kind.name.description }

  package func shapes(of inputs: GraphInputs) -> [Shape]? {
    let input = inputs.value(0)!.shape
    let (directions, units) = ((inputs.count - 5) / 4, inputs[6].shape[1])
    let state: Shape = [directions, input[1], units]
    return [[input[0], input[1], directions * units], state]
      + (kind.equations.hasCell ? [state] : [])
  }

  package func callAsFunction(
    _ inputs: consuming GraphInputs, into buffer: ChannelBuffer?
  ) -> [GraphValue] {
    let x = inputs
    let weights = stride(from: 5, to: x.count, by: 4).map { first in
      RecurrentWeights(
        input: x[first], state: x[first + 1], inputBias: x.optional(first + 2),
        stateBias: x.optional(first + 3))
    }
    let result = recurrent(
      kind, RecurrentInput(x.value(0)!), weights: weights, state: x.optional(1),
      cellState: x.optional(2), lengths: x.value(3)?.integers, constantShare: x.optional(4))
    return [result.output, result.state, result.cell].compactMap { $0.map { .tensor($0) } }
  }

  /// The operation's inputs.
  static func inputs(
    _ input: RecurrentInput, _ weights: [RecurrentWeights], state: Tensor?, cellState: Tensor?,
    lengths: IntTensor?, constantShare: Tensor?
  ) -> [GraphValue?] {
    func value(_ tensor: Tensor?) -> GraphValue? { tensor.map { .tensor($0) } }
    let own = weights.flatMap {
      [value($0.input), value($0.state), value($0.inputBias), value($0.stateBias)]
    }
    return [
      input.graphValue, value(state), value(cellState), lengths.map { .integers($0) },
      value(constantShare),
    ] + own
  }
}

extension RecurrentInput {
  fileprivate init(_ value: GraphValue) {
    switch value {
    case .tensor(let features): self = .features(features)
    case .integers(let tokens): self = .tokens(tokens)
    }
  }

  fileprivate var graphValue: GraphValue {
    switch self {
    case .features(let features): .tensor(features)
    case .tokens(let tokens): .integers(tokens)
    }
  }
}
