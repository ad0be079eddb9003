import GannetTensor

/// Stochastic gradient descent, optionally with momentum (Dive into Deep Learning, sections 12.4
/// and 12.6).
///
/// With g the gradient plus weightDecay · w, and momentum μ:
///
///     v ← μ v + (1 - dampening) g    (g itself in the first step)
///     w ← w - learningRate · v       (g + μ v in place of v with Nesterov's momentum)
///
/// Without momentum, w ← w - learningRate · g.
public final class SGD: Optimizer {
  /// The settings beside the learning rate and the weight decay, which the groups have.
  public struct Settings: Sendable {
    /// The momentum μ, 0 to below 1.
    public var momentum: Float = 0
    /// The dampening of the gradient, 0 to below 1.
    public var dampening: Float = 0
    /// Whether Nesterov's momentum is used.
    public var isNesterov = false
  }

  /// The settings; stops where one is changed to a value out of its range.
  public var settings: Settings {
    didSet { settings.check() }
  }

  /// The momentum of ``settings``, for groups without one of their own; schedules may change it.
  public var momentum: Float {
    get { settings.momentum }
    set { settings.momentum = newValue }
  }

  /// Makes an optimizer of `groups`.
  ///
  /// Stops where a setting is out of range, or with Nesterov's momentum without momentum or with
  /// dampening.
  public init(groups: [ParameterGroup], settings: Settings = .defaults) {
    settings.check()
    self.settings = settings
    super.init(groups: groups)
  }

  /// Makes an optimizer of one group, `parameters`.
  public convenience init(
    _ parameters: Parameters, learningRate: Float, momentum: Float = 0, dampening: Float = 0,
    weightDecay: Float = 0, isNesterov: Bool = false
  ) {
    self.init(
      groups: [ParameterGroup(parameters, learningRate: learningRate, weightDecay: weightDecay)],
      settings: Settings(momentum: momentum, dampening: dampening, isNesterov: isNesterov))
  }

  public override class var usesGroupMomentum: Bool { true }

  public override func update(
    _ parameter: Parameter, by gradient: Tensor, at index: Int, in group: ParameterGroup
  ) {
    let momentum = group.momentum ?? momentum
    let (rate, weightDecay) = (group.learningRate, group.weightDecay)
    guard momentum > 0 else {
      return parameter.value.descend(by: gradient, rate: rate, weightDecay: weightDecay)
    }
    let isFirst = memories[index].tensors["velocity"] == nil
    var velocity = takeMemory("velocity", at: index, shape: parameter.shape)
    parameter.value.descend(
      by: gradient, velocity: &velocity, rate: rate, weightDecay: weightDecay, momentum: momentum,
      gain: isFirst ? 1 : 1 - settings.dampening, isNesterov: settings.isNesterov)
    memories[index].tensors["velocity"] = velocity
  }

  override func update(
    _ parameter: Parameter, byRows gradient: RowGradient, at index: Int, in group: ParameterGroup
  ) -> Bool {
    guard group.momentum ?? momentum == 0, group.weightDecay == 0 else { return false }
    parameter.value.descend(byRows: gradient, rate: group.learningRate)
    return true
  }

  public override func memoryShapes(of parameter: Parameter) -> [String: Shape] {
    let momentum = group(of: parameter)?.momentum ?? momentum
    return momentum > 0 ? ["velocity": parameter.shape] : [:]
  }
}

extension SGD.Settings {
  /// No momentum.
  public static var defaults: Self { Self() }

  fileprivate func check() {
    checkShare(momentum, "momentum")
    checkShare(dampening, "dampening")
    guard !isNesterov || (momentum > 0 && dampening == 0) else {
      fail("SGD: Nesterov's momentum needs momentum above 0 and no dampening")
    }
  }
}
