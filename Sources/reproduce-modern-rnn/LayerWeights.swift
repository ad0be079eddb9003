import Gannet

/// The indices of an LSTM's gates, and of its input node, in its weights.
enum LSTMGate {
  static let (input, forget, node, output) = (0, 1, 2, 3)
}

/// The indices of a GRU's gates, and of its candidate, in its weights.
enum GRUGate {
  static let (reset, update, candidate) = (0, 1, 2)
}

/// Scores at which a gate is 1, or too small to change a float.
enum GateScore {
  static let open: Float = 200
  static let shut: Float = -200
}

extension RecurrentParameters {
  /// Makes a gate σ(`score`) whatever the state is.
  ///
  /// - Parameter tokenScores: The addition to the score by token, `[I]`; zero by default.
  func force(gate: Int, score: Float, tokenScores: Tensor = Tensor(0)) {
    let rows = rows(of: gate)
    withoutGradients {
      inputWeight.value[rows] = tokenScores
      stateWeight.value[rows] = Tensor(0)
      inputBias!.value[rows] = Tensor(score)
      stateBias!.value[rows] = Tensor(0)
    }
  }

  /// Copies the weights of `other`, or only those of one gate.
  func copy(_ other: RecurrentParameters, gate: Int? = nil) {
    for (mine, its) in zip(all, other.all) {
      let value = its.value.detached()
      mine.value = gate.map { value[other.rows(of: $0)] } ?? value
    }
  }

  /// The rows of a gate in the weights.
  func rows(of gate: Int) -> Range<Int> {
    let units = stateWeight.shape[1]
    return gate * units..<(gate + 1) * units
  }

  private var all: [Parameter] { [inputWeight, stateWeight, inputBias!, stateBias!] }
}
