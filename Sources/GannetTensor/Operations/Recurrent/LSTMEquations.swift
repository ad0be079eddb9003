import CGannetKernels

/// The indices of an LSTM's gates in its weights: i, f, g, o.
private let (inputGate, forgetGate, node, outputGate) = (0, 1, 2, 3)

/// Gates i, f, g, o and a cell state: c' = f c + i g, h' = o tanh(c') (the book's section 10.1).
///
/// The parts are the four gates.
struct LSTMEquations: RecurrentEquations {
  let name: StaticString = "LSTM"
  let gateCount = 4
  let partCount = 4
  let hasCell = true
  var stateBlocks: [GateBlock] { [GateBlock(gates: 0..<4, part: 0)] }

  func reference(_ scores: GateScores, _ h: Tensor, _ c: Tensor?) -> (Tensor, Tensor?) {
    let i = sigmoid(scores(inputGate, h))
    let f = sigmoid(scores(forgetGate, h))
    let g = tanh(scores(node, h))
    let o = sigmoid(scores(outputGate, h))
    let next = f * c! + i * g
    return (o * tanh(next), next)
  }

  func forward(_ step: gannet_step, _ rows: RecurrentRows, innerProduct: () -> Void) {
    gannet_lstm_forward(
      step, rows.parts, rows.before, rows.cellBefore!, rows.state, rows.cell!)
  }

  func backward(
    _ step: gannet_step, _ rows: RecurrentRows, _ gradients: RecurrentGradientRows,
    innerProduct: () -> Void
  ) {
    gannet_lstm_backward(
      step, rows.parts, rows.cellBefore!, rows.cell!, gradients.output, gradients.carried,
      gradients.carriedCell!, gradients.parts)
  }
}
