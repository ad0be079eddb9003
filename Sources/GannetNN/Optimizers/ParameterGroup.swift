import GannetTensor

/// A group of parameters with the same learning rate and weight decay, and maybe a momentum or betas
/// of its own.
///
///     let optimizer = AdamW(groups: [
///       ParameterGroup(model.parameters.excluding("*.bias"), learningRate: 1e-3, weightDecay: 0.01),
///       ParameterGroup(model.parameters.matching("*.bias"), learningRate: 1e-3),
///     ])
public final class ParameterGroup {
  /// The parameters, in the optimizer's order.
  public let parameters: Parameters
  /// The learning rate. Stops at one that is negative or not finite.
  public var learningRate: Float {
    didSet { checkNotNegative(learningRate, "learningRate") }
  }
  /// The weight decay λ: optimizers add λ w to the gradient; those with decoupled decay subtract it
  /// from the weights. Stops at one that is negative or not finite.
  public var weightDecay: Float {
    didSet { checkNotNegative(weightDecay, "weightDecay") }
  }

  /// The momentum of this group, in place of that of the optimizer's settings; nil for that one.
  /// Stops at one that is not in 0..<1.
  public var momentum: Float? {
    didSet { check(momentum) }
  }
  /// The betas of this group, in place of those of the optimizer's settings; nil for those. Stops at
  /// one that is not in 0..<1.
  public var betas: (first: Float, second: Float)? {
    didSet { check(betas) }
  }

  /// Makes a group of `parameters`; stops where a setting is out of range. Weight decay is 0 by
  /// default; momentum and betas are the optimizer's. An optimizer that does not have them stops at a
  /// group that does.
  public init(
    _ parameters: Parameters, learningRate: Float, weightDecay: Float = 0, momentum: Float? = nil,
    betas: (first: Float, second: Float)? = nil
  ) {
    checkNotNegative(learningRate, "learningRate")
    checkNotNegative(weightDecay, "weightDecay")
    self.parameters = parameters
    self.learningRate = learningRate
    self.weightDecay = weightDecay
    self.momentum = momentum
    self.betas = betas
    check(momentum)
    check(betas)
  }

  private func check(_ momentum: Float?) {
    if let momentum { checkShare(momentum, "momentum") }
  }

  private func check(_ betas: (first: Float, second: Float)?) {
    guard let betas else { return }
    checkShare(betas.first, "first beta")
    checkShare(betas.second, "second beta")
  }
}

/// Stops unless an optimizer's setting is finite and not negative.
func checkNotNegative(_ value: Float, _ name: StaticString) {
  guard value >= 0, value.isFinite else { fail("Optimizer: \(name) \(value), expected 0 or more") }
}

/// Stops unless an optimizer's decay rate is in 0..<1.
func checkShare(_ value: Float, _ name: StaticString) {
  guard value >= 0, value < 1 else { fail("Optimizer: \(name) \(value), expected 0 to below 1") }
}
