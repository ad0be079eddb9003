import CGannetKernels

/// Adam: momentum over a running scale of each element (the book's section 12.10; Kingma and Ba, 2014).
///
/// The update is that of ``MomentOptimizer``, g being the gradient plus weightDecay · w.
public final class Adam: MomentOptimizer {
  /// An optimizer of `groups`; stops where a setting is out of its range.
  ///
  /// - Parameter epsilon: PyTorch's is 1e-8, the book's 1e-6.
  public init(
    groups: [ParameterGroup], betas: (Float, Float) = (0.9, 0.999), epsilon: Float = 1e-8
  ) {
    super.init(
      groups: groups, betas: betas, epsilon: epsilon, kernel: gannet_adam, decouplesDecay: false)
  }

  /// An optimizer of all `parameters` alike; the learning rate is 0.001 unless given.
  public convenience init(
    _ parameters: Parameters, learningRate: Float = 1e-3, betas: (Float, Float) = (0.9, 0.999),
    epsilon: Float = 1e-8, weightDecay: Float = 0
  ) {
    let group = ParameterGroup(parameters, learningRate: learningRate, weightDecay: weightDecay)
    self.init(groups: [group], betas: betas, epsilon: epsilon)
  }
}

/// Adam whose weight decay does not go through the averages (Loshchilov and Hutter, 2017): first
/// w ← (1 - learningRate · weightDecay) w, then the update of ``MomentOptimizer`` by the gradient alone.
public final class AdamW: MomentOptimizer {
  /// An optimizer of `groups`; stops where a setting is out of its range.
  public init(
    groups: [ParameterGroup], betas: (Float, Float) = (0.9, 0.999), epsilon: Float = 1e-8
  ) {
    super.init(
      groups: groups, betas: betas, epsilon: epsilon, kernel: gannet_adam, decouplesDecay: true)
  }

  /// An optimizer of all `parameters` alike; the learning rate is 0.001 and the decay 0.01 unless
  /// given, as in PyTorch.
  public convenience init(
    _ parameters: Parameters, learningRate: Float = 1e-3, betas: (Float, Float) = (0.9, 0.999),
    epsilon: Float = 1e-8, weightDecay: Float = 0.01
  ) {
    let group = ParameterGroup(parameters, learningRate: learningRate, weightDecay: weightDecay)
    self.init(groups: [group], betas: betas, epsilon: epsilon)
  }
}
