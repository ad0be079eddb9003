import Foundation
import Gannet
import Reproduction

extension Section {
  /// Recalling the first token after 20 to 200 others: plain and gated networks, their accuracies and the
  /// gradients that reach the first step.
  static let longTerm = Section(
    "long-term", title: "Long-term dependencies", reference: "9.7, bptt; 10.1, lstm", seconds: 60,
    published: .longTermClaims
  ) { context in
    context.seeded {
      let distances = [20, 50, 100, 200]
      var result = SectionResult()
      var accuracies: [Series] = []
      var gradients: [Series] = []
      let bar = context.progress("networks", total: RecallNetwork.allCases.count * distances.count)
      for network in RecallNetwork.allCases {
        var runs: [RecallRun] = []
        for distance in distances {
          let run = network.run(distance: distance, limit: context.isQuick ? 2 : 600)
          result["\(network.rawValue): accuracy after \(distance)"] = run.accuracy
          result["\(network.rawValue): gradient's norm by step 1, \(distance) before the end"] =
            run.gradientNorms[0]
          result["\(network.rawValue): batches, \(distance)"] = Double(run.batches)
          runs.append(run)
          bar.advance(showing: ["accuracy": run.accuracy])
        }
        result["\(network.rawValue): gradient 200 before the end beside 20 before"] =
          runs.last!.gradientNorms[0] / runs.last!.gradientNorms[180]
        accuracies.append(
          Series(
            network.rawValue, x: distances.map(Double.init), y: runs.map(\.accuracy), style: .path))
        gradients.append(
          Series(
            network.rawValue, x: (0...200).map { Double(200 - $0) },
            y: runs.last!.gradientNorms))
      }
      bar.finish()
      result.plots = [
        Plot(
          "recall", title: "The first token told after others", x: Axis("tokens in between"),
          y: Axis("accuracy", range: 0...1.05), series: accuracies),
        Plot(
          "gradients", title: "The loss's gradient by earlier inputs, before training",
          x: Axis("steps before the last"), y: Axis("norm", log: true), series: gradients),
      ]
      return result
    }
  }
}

/// The networks that are to recall.
enum RecallNetwork: String, CaseIterable {
  case rnn = "RNN"
  case plainLSTM = "LSTM, biases around 0"
  case lstm = "LSTM, biases by distance"
  case plainGRU = "GRU, biases around 0"
  case gru = "GRU, biases by distance"

  func run(distance: Int, limit: Int) -> RecallRun {
    let task = RecallTask(distance: distance)
    let (inputs, units) = (RecallTask.vocabularySize, 32)
    switch self {
    case .rnn: return RecallRun(LanguageModel(RNN(inputs, units)), on: task, limit: limit)
    case .plainLSTM: return RecallRun(LanguageModel(LSTM(inputs, units)), on: task, limit: limit)
    case .plainGRU: return RecallRun(LanguageModel(GRU(inputs, units)), on: task, limit: limit)
    case .lstm:
      let lstm = LSTM(inputs, units)
      lstm.weights[0][0].remember(for: distance, keeping: 1, opening: 0)
      return RecallRun(LanguageModel(lstm), on: task, limit: limit)
    case .gru:
      let gru = GRU(inputs, units)
      gru.weights[0][0].remember(for: distance, keeping: 1)
      return RecallRun(LanguageModel(gru), on: task, limit: limit)
    }
  }
}

extension RecurrentParameters {
  /// Sets the biases so that units keep what they have for 1 to `steps` steps: ln u for the gate that keeps,
  /// and -ln u for the one that lets in, where it has one of its own (Tallec and Ollivier, 2018, "Can
  /// recurrent neural networks warp time?").
  fileprivate func remember(for steps: Int, keeping keepingGate: Int, opening: Int? = nil) {
    let units = stateWeight.shape[1]
    let scores = log(Tensor(uniform: [units], low: 1, high: Float(steps)))
    withoutGradients {
      for (gate, bias) in [(keepingGate, scores), (opening, -scores)] {
        guard let gate else { continue }
        let rows = gate * units..<(gate + 1) * units
        inputBias!.value[rows] = bias
        stateBias!.value[rows] = Tensor(0)
      }
    }
  }
}
