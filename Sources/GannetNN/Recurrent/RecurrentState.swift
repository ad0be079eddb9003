import GannetTensor

/// The state of an LSTM: two tensors, `[N, H]` of a cell, `[L · D, N, H]` of layers.
public struct LSTMState {
  /// The hidden state h.
  public var hidden: Tensor
  /// The cell state c.
  public var cell: Tensor

  /// Makes a state of two tensors of one shape.
  public init(hidden: Tensor, cell: Tensor) {
    guard hidden.shape == cell.shape else { failShapes("LSTMState", hidden.shape, cell.shape) }
    self.hidden = hidden
    self.cell = cell
  }

  /// The state without gradient, to carry over from one batch to the next.
  public func detached() -> LSTMState {
    LSTMState(hidden: hidden.detached(), cell: cell.detached())
  }

  /// Returns this state and scales its gradient by `factor` in the backward pass; see
  /// ``Truncation``.
  public func scalingGradient(by factor: Float) -> LSTMState {
    LSTMState(
      hidden: hidden.scalingGradient(by: factor), cell: cell.scalingGradient(by: factor))
  }
}

/// Conversion between a state and its tensors: one, or an LSTM's two.
struct RecurrentStateForm<State> {
  let parts: (State) -> (hidden: Tensor, cell: Tensor?)
  let state: (_ hidden: Tensor, _ cell: Tensor?) -> State
}

extension RecurrentStateForm<Tensor> {
  static var tensor: Self { Self(parts: { ($0, nil) }, state: { hidden, _ in hidden }) }
}

extension RecurrentStateForm<LSTMState> {
  static var lstm: Self {
    Self(parts: { ($0.hidden, $0.cell) }, state: { LSTMState(hidden: $0, cell: $1!) })
  }
}
