import Gannet
import Reproduction

/// A memory cell with an input gate, a forget gate, an input node and an output gate (section
/// 10.1.2).
final class LSTMByHand: RecurrenceByHand {
  let gates: [GateByHand]

  init(_ inputSize: Int, _ hiddenSize: Int) {
    gates = (0..<4).map { _ in GateByHand(inputSize, hiddenSize) }
  }

  func start(batch size: Int) -> LSTMState {
    let zeros = Tensor(zeros: [size, hiddenSize])
    return LSTMState(hidden: zeros, cell: zeros)
  }

  func step(_ shares: [Tensor], _ state: LSTMState) -> LSTMState {
    func score(_ gate: Int) -> Tensor { gates[gate](shares[gate], state.hidden) }
    let (i, f, o) = (
      sigmoid(score(LSTMGate.input)), sigmoid(score(LSTMGate.forget)),
      sigmoid(score(LSTMGate.output))
    )
    let cell = f * state.cell + i * tanh(score(LSTMGate.node))
    return LSTMState(hidden: o * tanh(cell), cell: cell)
  }

  func output(_ state: LSTMState) -> Tensor { state.hidden }
}

/// A gated recurrent unit with a reset gate, an update gate and a candidate; the reset acts before
/// the product (section 10.2.2).
final class GRUByHand: RecurrenceByHand {
  let gates: [GateByHand]

  init(_ inputSize: Int, _ hiddenSize: Int) {
    gates = (0..<3).map { _ in GateByHand(inputSize, hiddenSize) }
  }

  func step(_ shares: [Tensor], _ h: Tensor) -> Tensor {
    func score(_ gate: Int, _ h: Tensor) -> Tensor { gates[gate](shares[gate], h) }
    let (r, z) = (sigmoid(score(GRUGate.reset, h)), sigmoid(score(GRUGate.update, h)))
    return z * h + (1 - z) * tanh(score(GRUGate.candidate, r * h))
  }
}
