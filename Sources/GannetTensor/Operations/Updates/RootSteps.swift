import CGannetKernels

/// A step that divides by the root of squared gradients: the settings of AdaGrad, RMSProp and
/// Adadelta. Their equations are stated with these optimizers.
package struct RootStep {
  private let form: gannet_root_step

  /// A step of which the share `decay` of each average is kept; the divisor of a square s is √s +
  /// ε, or √(s + ε) where `isInsideRoot`.
  package init(
    rate: Float, weightDecay: Float, decay: Float = 0, momentum: Float = 0, epsilon: Float,
    isInsideRoot: Bool
  ) {
    form = gannet_root_step(
      rate: rate, weight_decay: weightDecay, decay: decay, gain: 1 - decay, momentum: momentum,
      inner_epsilon: isInsideRoot ? epsilon : 0, outer_epsilon: isInsideRoot ? 0 : epsilon)
  }

  /// AdaGrad's step of `w`, with the sum of squared gradients.
  package func adaGrad(_ w: inout Tensor, by gradient: Tensor, squareSum: inout Tensor) {
    let (sum, form) = (squareSum.writablePointer(), form)
    w.update(by: gradient) { w, g, start, count in
      gannet_adagrad(w, g, sum + start, form, count)
    }
  }

  /// RMSProp's step of `w`, with the average of squared gradients; centered where there is `mean`,
  /// the average gradient, and with momentum where there is a `velocity`.
  package func rmsProp(
    _ w: inout Tensor, by gradient: Tensor, square: inout Tensor, mean: inout Tensor?,
    velocity: inout Tensor?
  ) {
    let (square, form) = (square.writablePointer(), form)
    let (mean, velocity) = (mean?.writablePointer(), velocity?.writablePointer())
    w.update(by: gradient) { w, g, start, count in
      gannet_rmsprop(
        w, g, square + start, mean.map { $0 + start }, velocity.map { $0 + start }, form, count)
    }
  }

  /// Adadelta's step of `w`, with the averages of squared gradients and of squared changes.
  package func adadelta(
    _ w: inout Tensor, by gradient: Tensor, square: inout Tensor, change: inout Tensor
  ) {
    let (square, change, form) = (square.writablePointer(), change.writablePointer(), form)
    w.update(by: gradient) { w, g, start, count in
      gannet_adadelta(w, g, square + start, change + start, form, count)
    }
  }
}
