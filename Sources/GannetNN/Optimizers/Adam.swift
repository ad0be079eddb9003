/// Adam (Dive into Deep Learning, section 12.10; Kingma and Ba, 2014).
///
/// The update is that of ``MomentOptimizer`` with g = gradient + weightDecay · w.
public final class Adam: MomentOptimizer {
  /// Makes an optimizer of `groups`; stops where a setting is out of range.
  public init(groups: [ParameterGroup], settings: Settings = .adam) {
    super.init(groups: groups, settings: settings)
  }

  /// Makes an optimizer of one group, `parameters`; the learning rate is 0.001 by default.
  public convenience init(
    _ parameters: Parameters, learningRate: Float = 1e-3, betas: (Float, Float) = (0.9, 0.999),
    epsilon: Float = 1e-8, weightDecay: Float = 0, isAMSGrad: Bool = false
  ) {
    self.init(
      groups: [ParameterGroup(parameters, learningRate: learningRate, weightDecay: weightDecay)],
      settings: Settings(betas: betas, epsilon: epsilon, isAMSGrad: isAMSGrad))
  }
}

/// AdamW, Adam with decoupled weight decay: w ← (1 - learningRate · weightDecay) w, then the update
/// of ``MomentOptimizer`` by the gradient (Loshchilov and Hutter, 2017).
public final class AdamW: MomentOptimizer {
  /// Makes an optimizer of `groups`; stops where a setting is out of range.
  public init(groups: [ParameterGroup], settings: Settings = .adam) {
    super.init(groups: groups, settings: settings, decouplesDecay: true)
  }

  /// Makes an optimizer of one group, `parameters`; the learning rate is 0.001 and the weight decay
  /// 0.01 by default, as in PyTorch.
  public convenience init(
    _ parameters: Parameters, learningRate: Float = 1e-3, betas: (Float, Float) = (0.9, 0.999),
    epsilon: Float = 1e-8, weightDecay: Float = 0.01, isAMSGrad: Bool = false
  ) {
    self.init(
      groups: [ParameterGroup(parameters, learningRate: learningRate, weightDecay: weightDecay)],
      settings: Settings(betas: betas, epsilon: epsilon, isAMSGrad: isAMSGrad))
  }
}
