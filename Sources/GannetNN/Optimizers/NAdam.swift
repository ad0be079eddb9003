import GannetTensor

/// NAdam, Adam with Nesterov's momentum (Dozat, 2016).
///
/// With g = gradient + weightDecay · w, the averages m and v of ``MomentOptimizer``, and the momentum
/// μₜ = β₁ (1 - 0.96^(t · momentumDecay) / 2), whose product over the steps is Π:
///
///     d = √(v / (1 - β₂ᵗ)) + ε
///     w ← w - learningRate ((1 - μₜ) / (1 - Πₜ) · g + μₜ₊₁ / (1 - Πₜ₊₁) · m) / d
public final class NAdam: MomentOptimizer {
  /// The speed at which the momentum approaches β₁.
  public let momentumDecay: Float

  /// Makes an optimizer of `groups`; stops where a setting is out of range.
  ///
  /// - Parameters:
  ///   - groups: The groups of parameters, each with its rate.
  ///   - settings: The betas and the constant for stability.
  ///   - momentumDecay: The speed at which the momentum approaches β₁.
  ///   - decouplesDecay: Whether the weight decay shrinks the weights, as in AdamW, in place of
  ///     being added to the gradient.
  public init(
    groups: [ParameterGroup], settings: Settings = .adam, momentumDecay: Float = 4e-3,
    decouplesDecay: Bool = false
  ) {
    checkNotNegative(momentumDecay, "momentumDecay")
    self.momentumDecay = momentumDecay
    super.init(
      groups: groups, settings: settings, rule: .nAdam, decouplesDecay: decouplesDecay)
  }

  /// Makes an optimizer of one group, `parameters`; the learning rate is 0.002 by default, as in
  /// PyTorch.
  public convenience init(
    _ parameters: Parameters, learningRate: Float = 2e-3, betas: (Float, Float) = (0.9, 0.999),
    epsilon: Float = 1e-8, weightDecay: Float = 0, momentumDecay: Float = 4e-3,
    decouplesDecay: Bool = false
  ) {
    self.init(
      groups: [ParameterGroup(parameters, learningRate: learningRate, weightDecay: weightDecay)],
      settings: Settings(betas: betas, epsilon: epsilon), momentumDecay: momentumDecay,
      decouplesDecay: decouplesDecay)
  }

  override func step(_ settings: MomentSettings, at index: Int) -> MomentStep {
    var product = memories[index].tensors["momentum_product"]?.scalar ?? 1
    let step = MomentStep(
      lookingAhead: settings, momentumDecay: momentumDecay, product: &product)
    memories[index].tensors["momentum_product"] = Tensor(product)
    return step
  }

  public override func memoryShapes(of parameter: Parameter) -> [String: Shape] {
    super.memoryShapes(of: parameter).merging(["momentum_product": []]) { first, _ in first }
  }
}
