import GannetTensor

/// The state of an LSTM: `[N, H]` each of a cell, `[L · D, N, H]` of layers.
public struct LSTMState {
  /// h, the short-term memory.
  public var hidden: Tensor
  /// c, the long-term memory.
  public var cell: Tensor

  /// A state of two tensors of one shape.
  public init(hidden: Tensor, cell: Tensor) {
    guard hidden.shape == cell.shape else { failShapes("LSTMState", hidden.shape, cell.shape) }
    self.hidden = hidden
    self.cell = cell
  }

  /// The same values, through which no gradient flows back: a state that is carried from one batch to
  /// the next.
  public func detached() -> LSTMState {
    LSTMState(hidden: hidden.detached(), cell: cell.detached())
  }

  /// This state, whose gradient is multiplied by `factor` on its way back; see ``Truncation``.
  public func scalingGradient(by factor: Float) -> LSTMState {
    LSTMState(
      hidden: hidden.scalingGradient(by: factor), cell: cell.scalingGradient(by: factor))
  }
}

/// How a state is made of tensors: of one, or of an LSTM's two.
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
