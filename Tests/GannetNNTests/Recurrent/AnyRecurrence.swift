import GannetNN
import GannetTensor
import Testing

/// A recurrent network or cell of any kind as a function of tensors: the input and the initial
/// states (two of an LSTM, or none).
struct AnyRecurrence {
  let module: any Module
  /// The number of tensors in a state.
  let stateCount: Int
  private let run: (RecurrentInput, [Tensor], IntTensor?) -> [Tensor]

  func callAsFunction(
    _ input: RecurrentInput, _ states: [Tensor] = [], lengths: IntTensor? = nil
  ) -> [Tensor] {
    run(input, states, lengths)
  }

  /// The kinds by their names in the fixtures.
  static let kinds = ["rnn_tanh", "rnn_relu", "lstm", "gru", "gru_book"]

  static func network(
    _ kind: String, _ features: Int, _ hidden: Int, layers: Int = 1, directions: Int = 1,
    hasBias: Bool = true
  ) -> AnyRecurrence {
    let isBidirectional = directions == 2
    switch kind {
    case "lstm":
      let network = LSTM(
        features, hidden, layers: layers, hasBias: hasBias, isBidirectional: isBidirectional)
      return AnyRecurrence(module: network, stateCount: 2) { input, states, lengths in
        let state = states.isEmpty ? nil : LSTMState(hidden: states[0], cell: states[1])
        let (output, last) = network(input, state, lengths)
        return [output, last.hidden, last.cell]
      }
    case "gru", "gru_book":
      return AnyRecurrence(
        GRU(
          features, hidden, layers: layers, resetBeforeProduct: kind == "gru_book",
          hasBias: hasBias, isBidirectional: isBidirectional))
    default:
      return AnyRecurrence(
        RNN(
          features, hidden, layers: layers, nonlinearity: kind == "rnn_relu" ? .relu : .tanh,
          hasBias: hasBias, isBidirectional: isBidirectional))
    }
  }

  static func cell(_ kind: String, _ features: Int, _ hidden: Int) -> AnyRecurrence {
    switch kind {
    case "lstm":
      let cell = LSTMCell(features, hidden)
      return AnyRecurrence(module: cell, stateCount: 2) { input, states, _ in
        let state = states.isEmpty ? nil : LSTMState(hidden: states[0], cell: states[1])
        let next = cell(input, state)
        return [next.hidden, next.cell]
      }
    case "gru", "gru_book":
      return AnyRecurrence(GRUCell(features, hidden, resetBeforeProduct: kind == "gru_book"))
    default:
      return AnyRecurrence(
        RNNCell(features, hidden, nonlinearity: kind == "rnn_relu" ? .relu : .tanh))
    }
  }

  private init(
    module: any Module, stateCount: Int,
    run: @escaping (RecurrentInput, [Tensor], IntTensor?) -> [Tensor]
  ) {
    self.module = module
    self.stateCount = stateCount
    self.run = run
  }

  private init(_ network: RecurrentNetwork<Tensor>) {
    self.init(module: network, stateCount: 1) { input, states, lengths in
      let (output, last) = network(input, states.first, lengths)
      return [output, last]
    }
  }

  private init(_ cell: RecurrentCell<Tensor>) {
    self.init(module: cell, stateCount: 1) { input, states, _ in [cell(input, states.first)] }
  }

  /// Gives the parameters these values, in their order.
  func setWeights(_ weights: [Tensor]) {
    let parameters = module.parameters
    #expect(parameters.count == weights.count)
    for (parameter, weight) in zip(parameters, weights) { parameter.value = weight }
  }
}

extension RecurrentNetwork {
  fileprivate func callAsFunction(
    _ input: RecurrentInput, _ state: State?, _ lengths: IntTensor?
  ) -> (output: Tensor, state: State) {
    switch input {
    case .features(let x): self(x, state: state, lengths: lengths)
    case .tokens(let tokens): self(tokens, state: state, lengths: lengths)
    }
  }
}

extension RecurrentCell {
  fileprivate func callAsFunction(_ input: RecurrentInput, _ state: State?) -> State {
    switch input {
    case .features(let x): self(x, state: state)
    case .tokens(let tokens): self(tokens, state: state)
    }
  }
}

/// All elements of `results`, one behind the other.
func flat(_ results: [Tensor]) -> Tensor {
  concatenate(results.map { $0.flattened() }, along: 0)
}
