import CGannetKernels
import Foundation

/// A step by averages of the gradient and of its square: Adam, AdamW and Yogi. The equations are
/// stated with these optimizers.
package struct MomentStep {
  /// The update of the average v of the squared gradient.
  package enum Scale: Sendable {
    /// Adam's: v ← β₂ v + (1 - β₂) g².
    case average
    /// Yogi's: v ← v + (1 - β₂) sign(g² - v) g².
    case sign
  }

  private let form: gannet_adam_step
  private let scale: Scale

  /// The step number `count`, from 1 on, of which the averages are freed of their start at 0.
  ///
  /// - Parameter decouplesDecay: Whether the weight decay shrinks the weight itself, as in AdamW,
  ///   in place of going through the averages.
  package init(
    rate: Float, weightDecay: Float, decouplesDecay: Bool, betas: (first: Float, second: Float),
    epsilon: Float, scale: Scale, count: Int
  ) {
    let count = Double(count)
    form = gannet_adam_step(
      rate: Float(Double(rate) / (1 - pow(Double(betas.first), count))),
      weight_decay: decouplesDecay ? 0 : weightDecay,
      shrinkage: decouplesDecay ? 1 - rate * weightDecay : 1, beta1: betas.first,
      gain1: 1 - betas.first, beta2: betas.second, gain2: 1 - betas.second,
      scale: Float(1 / (1 - pow(Double(betas.second), count)).squareRoot()), epsilon: epsilon)
    self.scale = scale
  }

  /// The step of `w`, with the averages of the gradient and of its square.
  package func callAsFunction(
    _ w: inout Tensor, by gradient: Tensor, first: inout Tensor, second: inout Tensor
  ) {
    let (m, v, form) = (first.writablePointer(), second.writablePointer(), form)
    let kernel = scale == .average ? gannet_adam : gannet_yogi
    w.update(by: gradient) { w, g, start, count in
      kernel(w, g, m + start, v + start, form, count)
    }
  }
}
