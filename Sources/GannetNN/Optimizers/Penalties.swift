import GannetTensor

// Regularization of weights by a term of the loss, or decoupled, by a change after the optimizer's
// step.

extension Parameters {
  /// The L2 penalty λ/2 Σ w², a term of a loss with gradient λ w (Dive into Deep Learning, section
  /// 3.7).
  ///
  /// An optimizer's `weightDecay` adds the same gradient without operations on the tape.
  public func l2Penalty(_ strength: Float) -> Tensor {
    reduce(Tensor(0)) { sum, parameter in
      let w = parameter.value
      let penalty = Tensor(Float(Double(strength) / 2 * w.sumOfSquares))
      return sum + penalty.recorded("l2Penalty", [w.node]) { [w * ($0 * strength)] }
    }
  }

  /// The L1 penalty λ Σ |w|, a term of a loss with gradient λ sign(w).
  public func l1Penalty(_ strength: Float) -> Tensor {
    reduce(Tensor(0)) { sum, parameter in
      let w = parameter.value
      let penalty = Tensor(Float(Double(strength) * w.sumOfMagnitudes))
      return sum + penalty.recorded("l1Penalty", [w.node]) { [sign(w) * ($0 * strength)] }
    }
  }

  /// Decoupled weight decay: w ← (1 - amount) w for all parameters that are not frozen. AdamW's
  /// `amount` is learningRate · weightDecay.
  public func decay(by amount: Float) {
    guard amount >= 0, amount.isFinite else { fail("decay: amount \(amount), expected 0 or more") }
    withoutGradients {
      for parameter in self where !parameter.isFrozen { parameter.value *= 1 - amount }
    }
  }

  /// Soft thresholding: moves every element towards 0 by at most `amount`, in all parameters that
  /// are not frozen. With `amount` = learningRate · λ it is the proximal step of the L1 penalty,
  /// which makes weights exactly 0.
  public func shrink(by amount: Float) {
    guard amount >= 0 else { fail("shrink: amount \(amount), expected 0 or more") }
    withoutGradients {
      for parameter in self where !parameter.isFrozen { parameter.value.shrink(by: amount) }
    }
  }
}
