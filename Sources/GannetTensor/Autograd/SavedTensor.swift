/// A tensor that a step of the tape saves for its backward pass, or the way to compute it anew where
/// the step that made it offers one (``Node/recompute``).
struct SavedTensor {
  private let tensor: Tensor?
  private let recompute: (() -> Tensor)?

  init(_ tensor: Tensor) {
    recompute = tensor.node?.recompute
    self.tensor = recompute == nil ? tensor.detached() : nil
  }

  /// The tensor, off the tape.
  var value: Tensor { tensor ?? recompute!() }
}
