import GannetTensor

/// Adamax, Adam with the largest gradient in place of the average square (Kingma and Ba, 2014).
///
/// With g = gradient + weightDecay · w, and the average m of ``MomentOptimizer``:
///
///     u ← max(β₂ u, |g| + ε)
///     w ← w - learningRate · m / (1 - β₁ᵗ) / u
public final class Adamax: MomentOptimizer {
  /// Makes an optimizer of `groups`; stops where a setting is out of range.
  public init(groups: [ParameterGroup], settings: Settings = .adam) {
    super.init(groups: groups, settings: settings, rule: .adamax)
  }

  /// Makes an optimizer of one group, `parameters`; the learning rate is 0.002 by default, as in
  /// PyTorch.
  public convenience init(
    _ parameters: Parameters, learningRate: Float = 2e-3, betas: (Float, Float) = (0.9, 0.999),
    epsilon: Float = 1e-8, weightDecay: Float = 0
  ) {
    self.init(
      groups: [ParameterGroup(parameters, learningRate: learningRate, weightDecay: weightDecay)],
      settings: Settings(betas: betas, epsilon: epsilon))
  }
}
