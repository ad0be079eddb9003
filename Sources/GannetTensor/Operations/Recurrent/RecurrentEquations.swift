import CGannetKernels

/// The equations of a recurrent cell: its gates, the kernels of a step and the same step in recorded
/// operations.
protocol RecurrentEquations: Sendable {
  /// The layer's name in messages.
  var name: StaticString { get }
  /// The number of gates in the weights.
  var gateCount: Int { get }
  /// The number of parts of H floats that a step saves for each example besides the state; 0 if the
  /// gates are computed in place of the state.
  var partCount: Int { get }
  /// Whether there is a cell state besides the state.
  var hasCell: Bool { get }
  /// The products with the state before a step.
  var stateBlocks: [GateBlock] { get }
  /// The product with a part that the step itself computes.
  var innerBlock: GateBlock? { get }

  /// Computes the state, and an LSTM's cell state, from the parts and those before. The products of
  /// `stateBlocks` are in the parts.
  ///
  /// - Parameter innerProduct: Adds the product of `innerBlock` to its part.
  func forward(_ step: gannet_step, _ rows: RecurrentRows, innerProduct: () -> Void)

  /// Computes the parts' gradients, and the share of the state's gradient that passes through no
  /// product.
  ///
  /// - Parameter innerProduct: Adds the gradient that passes through the product of `innerBlock`.
  func backward(
    _ step: gannet_step, _ rows: RecurrentRows, _ gradients: RecurrentGradientRows,
    innerProduct: () -> Void)

  /// The step in recorded operations: h' and c' from h and c. Tests compare the kernels with it.
  func reference(_ scores: GateScores, _ h: Tensor, _ c: Tensor?) -> (Tensor, Tensor?)
}

extension RecurrentEquations {
  var hasCell: Bool { false }
  var innerBlock: GateBlock? { nil }

  /// The products of all gates, with the state or the step's own part.
  var allBlocks: [GateBlock] { stateBlocks + (innerBlock.map { [$0] } ?? []) }

  /// The last gates, if their product with the state has a part without input.
  var separateBlock: GateBlock? { stateBlocks.first { $0.part != $0.gates.lowerBound } }
}

/// Gates whose products with the state are written to consecutive parts.
struct GateBlock {
  /// The gates by index in the weight.
  let gates: Range<Int>
  /// The part of the first gate's product.
  let part: Int
  /// The part that is multiplied in place of the state; nil for the state.
  var factor: Int?
}

/// The rows that one step reads and writes.
struct RecurrentRows {
  /// The gates' parts; the state itself where there are none.
  let parts: gannet_matrix
  /// The hidden state before the step.
  let before: gannet_matrix
  /// The hidden state after it.
  let state: gannet_matrix
  /// The cell state of an LSTM before the step; others do not read it.
  let cellBefore: gannet_matrix?
  /// The cell state after it.
  let cell: gannet_matrix?
}

/// The gradients that one step reads and writes.
struct RecurrentGradientRows {
  /// The gradient of the hidden state as an output of the layer.
  let output: gannet_matrix
  /// The gradient of the hidden state through the next step; the step replaces it by the gradient
  /// of the hidden state before it.
  let carried: gannet_matrix
  /// The gradient of an LSTM's cell state through the next step, likewise replaced; nil for others.
  let carriedCell: gannet_matrix?
  /// The gradients of the gates' parts, which the step writes.
  let parts: gannet_matrix
}

/// The scores of the gates in a step, from the input and a state.
struct GateScores {
  private let x: Tensor
  private let weights: RecurrentWeights

  /// The scores for the input `x`, `[N, I]`, with a layer's weights.
  init(_ x: Tensor, _ weights: RecurrentWeights) {
    self.x = x
    self.weights = weights
  }

  /// W x + b of a gate, by its index in the weights, `[N, H]`.
  func input(_ gate: Int) -> Tensor {
    linear(x, weight: rows(weights.input, gate), bias: weights.inputBias.map { rows($0, gate) })
  }

  /// U h + c of a gate.
  func state(_ gate: Int, _ h: Tensor) -> Tensor {
    linear(h, weight: rows(weights.state, gate), bias: weights.stateBias.map { rows($0, gate) })
  }

  /// W x + b + U h + c of a gate.
  func callAsFunction(_ gate: Int, _ h: Tensor) -> Tensor { input(gate) + state(gate, h) }

  private func rows(_ weight: Tensor, _ gate: Int) -> Tensor {
    let units = weights.state.shape[1]
    return weight.sliced(gate * units..<(gate + 1) * units, along: 0)
  }
}
