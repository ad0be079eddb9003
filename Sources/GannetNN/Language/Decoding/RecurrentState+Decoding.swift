import GannetTensor

/// The hidden states of a recurrent network, `[L · D, N, H]`, as a state to decode from.
extension Tensor: DecoderState {
  /// The states, `[L · D, R, H]`, of the sequences at `rows`, `[R]`, in that order.
  public func selectingBatch(_ rows: IntTensor) -> Tensor { slices(at: rows, along: 1) }
}

extension LSTMState: DecoderState {
  public func selectingBatch(_ rows: IntTensor) -> LSTMState {
    LSTMState(hidden: hidden.selectingBatch(rows), cell: cell.selectingBatch(rows))
  }
}
