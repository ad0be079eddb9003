import GannetTensor

/// A group of parameters with the same learning rate and weight decay.
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

  /// Makes a group of `parameters`; stops where a setting is negative or not finite. Weight decay
  /// is 0 by default.
  public init(_ parameters: Parameters, learningRate: Float, weightDecay: Float = 0) {
    checkNotNegative(learningRate, "learningRate")
    checkNotNegative(weightDecay, "weightDecay")
    self.parameters = parameters
    self.learningRate = learningRate
    self.weightDecay = weightDecay
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
