import CGannetKernels

/// h' = tanh(W x + b + U h + c) (the book's section 9.4), or max(·, 0) in place of tanh.
///
/// The only gate is computed in place of the state, so there are no parts.
struct RNNEquations: RecurrentEquations {
  let isRectified: Bool
  let name: StaticString = "RNN"
  let gateCount = 1
  let partCount = 0
  var stateBlocks: [GateBlock] { [GateBlock(gates: 0..<1, part: 0)] }

  func reference(_ scores: GateScores, _ h: Tensor, _ c: Tensor?) -> (Tensor, Tensor?) {
    let score = scores(0, h)
    return (isRectified ? relu(score) : tanh(score), nil)
  }

  func forward(_ step: gannet_step, _ rows: RecurrentRows, innerProduct: () -> Void) {
    gannet_rnn_forward(step, isRectified, rows.before, rows.state)
  }

  func backward(
    _ step: gannet_step, _ rows: RecurrentRows, _ gradients: RecurrentGradientRows,
    innerProduct: () -> Void
  ) {
    gannet_rnn_backward(
      step, isRectified, rows.state, gradients.output, gradients.carried, gradients.parts)
  }
}
