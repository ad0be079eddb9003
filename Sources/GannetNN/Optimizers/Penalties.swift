import CGannetKernels
import GannetTensor

// Small weights are asked for by a term of the loss, whose gradient the optimizer sees, or by a change
// after its step, decoupled from it.

extension Parameters {
  /// λ/2 Σ w² over all elements, a term of a loss whose gradient is λ w (the book's section 3.7).
  ///
  /// An optimizer's `weightDecay` adds the same gradient without a pass over the tape.
  public func l2Penalty(_ strength: Float) -> Tensor {
    reduce(Tensor(0)) { sum, parameter in
      let w = parameter.value
      let penalty = Tensor(Float(Double(strength) / 2 * w.total(gannet_sum_of_squares)))
      return sum + penalty.recorded("l2Penalty", [w.node]) { [w * ($0 * strength)] }
    }
  }

  /// λ Σ |w| over all elements, a term of a loss whose gradient is λ sign(w).
  public func l1Penalty(_ strength: Float) -> Tensor {
    reduce(Tensor(0)) { sum, parameter in
      let w = parameter.value
      let penalty = Tensor(Float(Double(strength) * w.total(gannet_sum_of_magnitudes)))
      return sum + penalty.recorded("l1Penalty", [w.node]) { [sign(w) * ($0 * strength)] }
    }
  }

  /// w ← (1 - amount) w for all that are not frozen: decay apart from the gradients. AdamW's `amount`
  /// is learningRate · weightDecay.
  public func decay(by amount: Float) {
    guard amount >= 0, amount.isFinite else { fail("decay: amount \(amount), expected 0 or more") }
    withoutGradients {
      for parameter in self where !parameter.isFrozen { parameter.value *= 1 - amount }
    }
  }

  /// Every element moves towards 0 by `amount`, and no further, in all that are not frozen: the step
  /// of the L1 penalty that makes weights exactly 0. Its `amount` is learningRate · λ.
  public func shrink(by amount: Float) {
    guard amount >= 0 else { fail("shrink: amount \(amount), expected 0 or more") }
    withoutGradients {
      for parameter in self where !parameter.isFrozen {
        parameter.value.prepareToWrite()
        let w = parameter.value.pointer
        ThreadPool.shared.forEach(parameter.shape.elementCount, by: 16_384) { range in
          gannet_shrink(w + range.lowerBound, amount, range.count)
        }
      }
    }
  }
}
