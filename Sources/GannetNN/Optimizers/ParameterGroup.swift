import GannetTensor

/// Parameters that an optimizer treats alike.
///
///     let optimizer = AdamW(groups: [
///       ParameterGroup(model.parameters.excluding("*.bias"), learningRate: 1e-3, weightDecay: 0.01),
///       ParameterGroup(model.parameters.matching("*.bias"), learningRate: 1e-3),
///     ])
public final class ParameterGroup {
  /// The parameters, in the optimizer's order.
  public let parameters: Parameters
  /// The step size; schedules change it. Stops at one that is negative or no number.
  public var learningRate: Float {
    didSet { checkNotNegative(learningRate, "learningRate") }
  }
  /// The factor λ of the L2 penalty, whose gradient λ w the optimizer adds, or, where it decouples the
  /// decay, takes off the weights itself. Stops at one that is negative or no number.
  public var weightDecay: Float {
    didSet { checkNotNegative(weightDecay, "weightDecay") }
  }

  /// A group of `parameters`; stops where a rate is negative or no number.
  public init(_ parameters: Parameters, learningRate: Float, weightDecay: Float = 0) {
    checkNotNegative(learningRate, "learningRate")
    checkNotNegative(weightDecay, "weightDecay")
    self.parameters = parameters
    self.learningRate = learningRate
    self.weightDecay = weightDecay
  }
}

/// Stops unless an optimizer's setting is a number from 0 up.
func checkNotNegative(_ value: Float, _ name: StaticString) {
  guard value >= 0, value.isFinite else { fail("Optimizer: \(name) \(value), expected 0 or more") }
}

/// Stops unless an optimizer's setting, the share of the old in an average, is from 0 up and below 1.
func checkShare(_ value: Float, _ name: StaticString) {
  guard value >= 0, value < 1 else { fail("Optimizer: \(name) \(value), expected 0 to below 1") }
}
