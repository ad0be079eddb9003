import Gannet

/// H = tanh(X W + H U + b) (section 9.5.1).
final class RNNByHand: RecurrenceByHand {
  let hiddenSize: Int
  let sum: AffineByHand

  init(_ inputSize: Int, _ hiddenSize: Int) {
    self.hiddenSize = hiddenSize
    sum = AffineByHand(inputSize, hiddenSize)
  }

  func step(_ x: Tensor, _ state: Tensor) -> Tensor { tanh(sum(x, state)) }
}

/// A memory cell with three gates (section 10.1.2).
final class LSTMByHand: RecurrenceByHand {
  let hiddenSize: Int
  let inputGate: AffineByHand
  let forgetGate: AffineByHand
  let outputGate: AffineByHand
  let inputNode: AffineByHand

  init(_ inputSize: Int, _ hiddenSize: Int) {
    self.hiddenSize = hiddenSize
    inputGate = AffineByHand(inputSize, hiddenSize)
    forgetGate = AffineByHand(inputSize, hiddenSize)
    outputGate = AffineByHand(inputSize, hiddenSize)
    inputNode = AffineByHand(inputSize, hiddenSize)
  }

  /// In the order of the library's layer.
  var gates: [AffineByHand] { [inputGate, forgetGate, inputNode, outputGate] }

  func start(batch size: Int) -> LSTMState {
    let zeros = Tensor(zeros: [size, hiddenSize])
    return LSTMState(hidden: zeros, cell: zeros)
  }

  func step(_ x: Tensor, _ state: LSTMState) -> LSTMState {
    let h = state.hidden
    let (i, f, o) = (
      sigmoid(inputGate(x, h)), sigmoid(forgetGate(x, h)), sigmoid(outputGate(x, h))
    )
    let cell = f * state.cell + i * tanh(inputNode(x, h))
    return LSTMState(hidden: o * tanh(cell), cell: cell)
  }

  func output(_ state: LSTMState) -> Tensor { state.hidden }
}

/// A gated recurrent unit, whose reset gate acts before the product (section 10.2.2).
final class GRUByHand: RecurrenceByHand {
  let hiddenSize: Int
  let resetGate: AffineByHand
  let updateGate: AffineByHand
  let candidate: AffineByHand

  init(_ inputSize: Int, _ hiddenSize: Int) {
    self.hiddenSize = hiddenSize
    resetGate = AffineByHand(inputSize, hiddenSize)
    updateGate = AffineByHand(inputSize, hiddenSize)
    candidate = AffineByHand(inputSize, hiddenSize)
  }

  /// In the order of the library's layer.
  var gates: [AffineByHand] { [resetGate, updateGate, candidate] }

  func step(_ x: Tensor, _ h: Tensor) -> Tensor {
    let (r, z) = (sigmoid(resetGate(x, h)), sigmoid(updateGate(x, h)))
    return z * h + (1 - z) * tanh(candidate(x, r * h))
  }
}
