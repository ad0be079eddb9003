/// The kind of a recurrent layer's cell: the step from input x and state h to the next state h'.
///
/// Weights hold the gates' rows in PyTorch's order, `[gates · H, ...]`.
package enum RecurrentKind: Hashable, Sendable, CaseIterable {
  /// h' = tanh(W x + b + U h + c) (the book's section 9.4).
  case tanh
  /// h' = max(W x + b + U h + c, 0).
  case relu
  /// Gates i, f, g, o and a cell: c' = f c + i g, h' = o tanh(c') (the book's section 10.1).
  case lstm
  /// Gates r, z, n: h' = (1 - z) n + z h with n = tanh(W x + b + r (U h + c)), as in PyTorch.
  case gru
  /// A GRU with n = tanh(W x + b + U (r h) + c), as in the book's section 10.2.
  case gruResetBeforeProduct

  /// The cell's gates, kernels and reference step.
  var equations: any RecurrentEquations {
    switch self {
    case .tanh: RNNEquations(isRectified: false)
    case .relu: RNNEquations(isRectified: true)
    case .lstm: LSTMEquations()
    case .gru: GRUEquations()
    case .gruResetBeforeProduct: BookGRUEquations()
    }
  }

  /// The number of gates in the weights.
  package var gateCount: Int { equations.gateCount }

  /// The layer's name in messages.
  package var name: StaticString { equations.name }

  /// One step in recorded operations, of which a test compares the values and gradients with those of
  /// `recurrent`.
  ///
  /// - Parameters:
  ///   - x: The input, `[N, I]`.
  ///   - hidden: The state h, `[N, H]`.
  ///   - cell: The cell state c of an LSTM, `[N, H]`; nil for others.
  /// - Returns: h' and c'.
  package func referenceStep(
    _ x: Tensor, _ weights: RecurrentWeights, hidden: Tensor, cell: Tensor? = nil
  ) -> (hidden: Tensor, cell: Tensor?) {
    equations.reference(GateScores(x, weights), hidden, cell)
  }
}
