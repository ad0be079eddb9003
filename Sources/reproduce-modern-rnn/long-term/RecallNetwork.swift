import Gannet

/// The networks of the recall task.
enum RecallNetwork: String, CaseIterable, Sendable {
  case rnn = "RNN"
  case plainLSTM = "LSTM, biases around 0"
  case lstm = "LSTM, biases by distance"
  case plainGRU = "GRU, biases around 0"
  case gru = "GRU, biases by distance"

  /// Makes a network for the distance and trains it for up to `limit` batches.
  func run(distance: Int, limit: Int) -> RecallRun {
    let task = RecallTask(distance: distance)
    let (inputs, units) = (RecallTask.vocabularySize, 32)
    switch self {
    case .rnn: return RecallRun(LanguageModel(RNN(inputs, units)), on: task, limit: limit)
    case .plainLSTM: return RecallRun(LanguageModel(LSTM(inputs, units)), on: task, limit: limit)
    case .plainGRU: return RecallRun(LanguageModel(GRU(inputs, units)), on: task, limit: limit)
    case .lstm:
      let lstm = LSTM(inputs, units)
      lstm.weights[0][0].remember(
        for: distance, keeping: LSTMGate.forget, opening: LSTMGate.input)
      return RecallRun(LanguageModel(lstm), on: task, limit: limit)
    case .gru:
      let gru = GRU(inputs, units)
      gru.weights[0][0].remember(for: distance, keeping: GRUGate.update)
      return RecallRun(LanguageModel(gru), on: task, limit: limit)
    }
  }
}

extension RecurrentParameters {
  /// Sets the biases so that units keep what they have for 1 to `steps` steps: ln u for the gate
  /// that keeps, and -ln u for the one that lets in, where it has one of its own (Tallec and
  /// Ollivier, 2018, "Can recurrent neural networks warp time?").
  fileprivate func remember(for steps: Int, keeping keepingGate: Int, opening: Int? = nil) {
    let scores = log(Tensor(uniform: [stateWeight.shape[1]], low: 1, high: Float(steps)))
    withoutGradients {
      for (gate, bias) in [(keepingGate, scores), (opening, -scores)] {
        guard let gate else { continue }
        let rows = rows(of: gate)
        inputBias!.value[rows] = bias
        stateBias!.value[rows] = Tensor(0)
      }
    }
  }
}
