import CGannetKernels

/// The indices of a GRU's gates in its weights: r, z, n.
private let (reset, update, candidate) = (0, 1, 2)

/// Gates r, z, n: h' = (1 - z) n + z h with n = tanh(W x + b + r (U h + c)), as in PyTorch.
///
/// The parts are r, z, n and U h + c of n.
struct GRUEquations: RecurrentEquations {
  let name: StaticString = "GRU"
  let gateCount = 3
  let partCount = 4
  var stateBlocks: [GateBlock] {
    [GateBlock(gates: 0..<2, part: 0), GateBlock(gates: 2..<3, part: 3)]
  }

  func reference(_ scores: GateScores, _ h: Tensor, _ c: Tensor?) -> (Tensor, Tensor?) {
    let r = sigmoid(scores(reset, h))
    let z = sigmoid(scores(update, h))
    let n = tanh(scores.input(candidate) + r * scores.state(candidate, h))
    return ((1 - z) * n + z * h, nil)
  }

  func forward(_ step: gannet_step, _ rows: RecurrentRows, innerProduct: () -> Void) {
    gannet_gru_forward(step, rows.parts, rows.before, rows.state)
  }

  func backward(
    _ step: gannet_step, _ rows: RecurrentRows, _ gradients: RecurrentGradientRows,
    innerProduct: () -> Void
  ) {
    gannet_gru_backward(
      step, rows.parts, rows.before, gradients.output, gradients.carried, gradients.parts)
  }
}

/// A GRU with n = tanh(W x + b + U (r h) + c), as in the book's section 10.2.
///
/// The parts are r, z, n and r h.
struct BookGRUEquations: RecurrentEquations {
  let name: StaticString = "GRU"
  let gateCount = 3
  let partCount = 4
  var stateBlocks: [GateBlock] { [GateBlock(gates: 0..<2, part: 0)] }
  var innerBlock: GateBlock? { GateBlock(gates: 2..<3, part: 2, factor: 3) }

  func reference(_ scores: GateScores, _ h: Tensor, _ c: Tensor?) -> (Tensor, Tensor?) {
    let r = sigmoid(scores(reset, h))
    let z = sigmoid(scores(update, h))
    let n = tanh(scores(candidate, r * h))
    return ((1 - z) * n + z * h, nil)
  }

  func forward(_ step: gannet_step, _ rows: RecurrentRows, innerProduct: () -> Void) {
    gannet_gru_reset(step, rows.parts, rows.before)
    innerProduct()
    gannet_gru_candidate(step, rows.parts, rows.before, rows.state)
  }

  func backward(
    _ step: gannet_step, _ rows: RecurrentRows, _ gradients: RecurrentGradientRows,
    innerProduct: () -> Void
  ) {
    gannet_gru_candidate_backward(
      step, rows.parts, rows.before, gradients.output, gradients.carried, gradients.parts)
    innerProduct()
    gannet_gru_reset_backward(
      step, rows.parts, rows.before, gradients.carried, gradients.parts)
  }
}
