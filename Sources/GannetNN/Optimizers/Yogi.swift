import CGannetKernels

/// Yogi, Adam with additive changes of the second moment (Dive into Deep Learning, section 12.10.3;
/// Zaheer et al., 2018).
///
/// The update is that of ``MomentOptimizer`` with g = gradient + weightDecay · w, except for
///
///     v ← v + (1 - β₂) sign(g² - v) g²
public final class Yogi: MomentOptimizer {
  /// Makes an optimizer of `groups`; stops where a setting is out of range.
  public init(
    groups: [ParameterGroup], betas: (Float, Float) = (0.9, 0.999), epsilon: Float = 1e-3
  ) {
    super.init(
      groups: groups, betas: betas, epsilon: epsilon, kernel: gannet_yogi, decouplesDecay: false)
  }

  /// Makes an optimizer of one group, `parameters`; the learning rate is 0.01 by default, as in the
  /// paper.
  public convenience init(
    _ parameters: Parameters, learningRate: Float = 0.01, betas: (Float, Float) = (0.9, 0.999),
    epsilon: Float = 1e-3, weightDecay: Float = 0
  ) {
    let group = ParameterGroup(parameters, learningRate: learningRate, weightDecay: weightDecay)
    self.init(groups: [group], betas: betas, epsilon: epsilon)
  }
}
