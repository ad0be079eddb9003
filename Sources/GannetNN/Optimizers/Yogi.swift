/// Yogi, Adam with additive changes of the second moment (Dive into Deep Learning, section 12.10.3;
/// Zaheer et al., 2018).
///
/// The update is that of ``MomentOptimizer`` with g = gradient + weightDecay · w, except for
///
///     v ← v + (1 - β₂) sign(g² - v) g²
public final class Yogi: MomentOptimizer {
  /// Makes an optimizer of `groups`; stops where a setting is out of range.
  public init(groups: [ParameterGroup], settings: Settings = .yogi) {
    super.init(groups: groups, settings: settings, rule: .yogi)
  }

  /// Makes an optimizer of one group, `parameters`; the learning rate is 0.01 by default, as in the
  /// paper.
  public convenience init(
    _ parameters: Parameters, learningRate: Float = 0.01, betas: (Float, Float) = (0.9, 0.999),
    epsilon: Float = 1e-3, weightDecay: Float = 0
  ) {
    self.init(
      groups: [ParameterGroup(parameters, learningRate: learningRate, weightDecay: weightDecay)],
      settings: Settings(betas: betas, epsilon: epsilon))
  }
}

extension MomentOptimizer.Settings {
  /// Yogi's, as in the paper: an epsilon of 1e-3.
  public static var yogi: Self { Self(epsilon: 1e-3) }
}
