import GannetTensor

/// RAdam, Adam whose rate grows as the average square becomes known (Liu et al., 2019).
///
/// With g = gradient + weightDecay · w, the averages m and v of ``MomentOptimizer``, ρ = 2 / (1 - β₂) -
/// 1 and ρₜ = ρ - 2 t β₂ᵗ / (1 - β₂ᵗ), the update is
///
///     w ← w - learningRate · m / (1 - β₁ᵗ) · √(1 - β₂ᵗ) / (√v + ε) · r
///     r = √((ρₜ - 4) (ρₜ - 2) ρ / ((ρ - 4) (ρ - 2) ρₜ))
///
/// and w ← w - learningRate · m / (1 - β₁ᵗ) as long as ρₜ is at most 5.
public final class RAdam: MomentOptimizer {
  /// Makes an optimizer of `groups`; stops where a setting is out of range.
  ///
  /// - Parameters:
  ///   - groups: The groups of parameters, each with its rate.
  ///   - settings: The betas and the constant for stability.
  ///   - decouplesDecay: Whether the weight decay shrinks the weights, as in AdamW, in place of
  ///     being added to the gradient.
  public init(
    groups: [ParameterGroup], settings: Settings = .adam, decouplesDecay: Bool = false
  ) {
    super.init(groups: groups, settings: settings, decouplesDecay: decouplesDecay)
  }

  /// Makes an optimizer of one group, `parameters`; the learning rate is 0.001 by default.
  public convenience init(
    _ parameters: Parameters, learningRate: Float = 1e-3, betas: (Float, Float) = (0.9, 0.999),
    epsilon: Float = 1e-8, weightDecay: Float = 0, decouplesDecay: Bool = false
  ) {
    self.init(
      groups: [ParameterGroup(parameters, learningRate: learningRate, weightDecay: weightDecay)],
      settings: Settings(betas: betas, epsilon: epsilon), decouplesDecay: decouplesDecay)
  }

  override func step(_ settings: MomentSettings, at index: Int) -> MomentStep {
    MomentStep(rectified: settings)
  }
}
