import Gannet
import Reproduction

/// LSTMs whose gates are forced open or shut, over 100 steps.
struct ForcedLSTM {
  private let units = 8
  private let vocabularySize = 16

  var figures: SectionResult {
    var result = keeping
    result.add(flipping)
    return result
  }

  /// A forget gate of 1 and an input gate of 0: the cell and its gradient pass unchanged.
  private var keeping: SectionResult {
    let lstm = keeper
    let start = state(cell: Tensor(normal: [1, 4, units]).requiringGradient())
    let last = lstm(tokens(steps: 100), state: start).state.cell
    last.sum().backward()
    return SectionResult(figures: [
      LSTMFigures.keptCell: largestDifference(last, start.cell),
      LSTMFigures.keptGradient:
        largestDifference(start.cell.gradient!, Tensor(ones: start.cell.shape)),
    ])
  }

  /// An output gate that one token opens: the network below is not seen until it comes.
  private var flipping: SectionResult {
    let lstm = keeper
    let key = vocabularySize - 1
    lstm.weights[0][0].force(
      gate: LSTMGate.output, score: GateScore.shut,
      tokenScores: Tensor(oneHot: IntTensor([key]), classCount: vocabularySize)[0]
        * (GateScore.open - GateScore.shut))
    let start = state(cell: Tensor(normal: [1, 4, units]))
    return withoutGradients {
      let (hidden, memory) = lstm(tokens(steps: 100), state: start)
      let opened = IntTensor([key, key, key, key]).reshaped(to: [1, 4])
      return SectionResult(figures: [
        LSTMFigures.shutOutput: Double(abs(hidden).max().scalar),
        LSTMFigures.openedOutput:
          largestDifference(lstm(opened, state: memory).output, tanh(start.cell)),
      ])
    }
  }

  /// An LSTM that keeps its cell whatever it reads.
  private var keeper: LSTM {
    let lstm = LSTM(vocabularySize, units)
    lstm.weights[0][0].force(gate: LSTMGate.forget, score: GateScore.open)
    lstm.weights[0][0].force(gate: LSTMGate.input, score: GateScore.shut)
    return lstm
  }

  private func state(cell: Tensor) -> LSTMState {
    LSTMState(hidden: Tensor(normal: cell.shape), cell: cell)
  }

  /// Four sequences of all tokens but the last.
  private func tokens(steps: Int) -> IntTensor {
    IntTensor((0..<steps * 4).map { $0 * 7 % (vocabularySize - 1) }).reshaped(to: [steps, 4])
  }
}
