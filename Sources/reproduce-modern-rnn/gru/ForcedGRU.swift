import Gannet
import Reproduction

/// GRUs whose gates are forced open or shut, over 100 steps.
struct ForcedGRU {
  private let units = 8
  private let vocabularySize = 16

  var figures: SectionResult {
    var result = keeping
    result.add(forgetting)
    return result
  }

  /// An update gate of 1: the state and its gradient pass unchanged.
  private var keeping: SectionResult {
    let gru = network([(GRUGate.update, GateScore.open)])
    let start = Tensor(normal: [1, 4, units]).requiringGradient()
    let last = gru(tokens, state: start).state
    last.sum().backward()
    return SectionResult(figures: [
      GRUFigures.keptState: largestDifference(last, start),
      GRUFigures.keptGradient:
        largestDifference(start.gradient!, Tensor(ones: start.shape)),
    ])
  }

  /// An update gate of 0: the candidate alone, which is a plain RNN's state, or a perceptron's
  /// layer.
  private var forgetting: SectionResult {
    withoutGradients {
      let plain = network([(GRUGate.reset, GateScore.open), (GRUGate.update, GateScore.shut)])
      let rnn = RNN(vocabularySize, units)
      rnn.weights[0][0].copy(plain.weights[0][0], gate: GRUGate.candidate)
      let forgetful = network([(GRUGate.reset, GateScore.shut), (GRUGate.update, GateScore.shut)])
      let weights = forgetful.weights[0][0]
      func part(_ parameter: Parameter) -> Tensor {
        parameter.value.split(into: 3)[GRUGate.candidate]
      }
      let hidden = tanh(
        linear(
          Tensor(oneHot: tokens, classCount: vocabularySize), weight: part(weights.inputWeight),
          bias: part(weights.inputBias!)))
      return SectionResult(figures: [
        GRUFigures.plainRNN:
          largestDifference(plain(tokens).output, rnn(tokens).output),
        GRUFigures.perceptron:
          largestDifference(forgetful(tokens).output, hidden),
      ])
    }
  }

  private func network(_ scores: [(gate: Int, score: Float)]) -> GRU {
    let gru = GRU(vocabularySize, units)
    for (gate, score) in scores { gru.weights[0][0].force(gate: gate, score: score) }
    return gru
  }

  private var tokens: IntTensor {
    IntTensor((0..<400).map { $0 * 7 % vocabularySize }).reshaped(to: [100, 4])
  }
}
