import CGannetKernels
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
  /// The momentum μ, 0 to below 1; schedules may change it.
  public var momentum: Float {
    didSet { checkShare(momentum, "momentum") }
  }
  /// The dampening of the gradient, 0 to below 1.
  public let dampening: Float
  /// Whether Nesterov's momentum is used.
  public let isNesterov: Bool

  /// Makes an optimizer of `groups`.
  ///
  /// Stops where a setting is out of range, or with Nesterov's momentum without momentum or with
  /// dampening.
  public init(
    groups: [ParameterGroup], momentum: Float = 0, dampening: Float = 0, isNesterov: Bool = false
  ) {
    checkShare(momentum, "momentum")
    checkShare(dampening, "dampening")
    guard !isNesterov || (momentum > 0 && dampening == 0) else {
      fail("SGD: Nesterov's momentum needs momentum above 0 and no dampening")
    }
    self.momentum = momentum
    self.dampening = dampening
    self.isNesterov = isNesterov
    super.init(groups: groups)
  }

  /// Makes an optimizer of one group, `parameters`.
  public convenience init(
    _ parameters: Parameters, learningRate: Float, momentum: Float = 0, dampening: Float = 0,
    weightDecay: Float = 0, isNesterov: Bool = false
  ) {
    let group = ParameterGroup(parameters, learningRate: learningRate, weightDecay: weightDecay)
    self.init(groups: [group], momentum: momentum, dampening: dampening, isNesterov: isNesterov)
  }

  public override func update(
    _ parameter: Parameter, by gradient: Tensor, at index: Int, in group: ParameterGroup
  ) {
    let (rate, weightDecay) = (group.learningRate, group.weightDecay)
    guard momentum > 0 else {
      inChunks(of: parameter, gradient) { w, g, _, count in
        gannet_sgd(w, g, rate, weightDecay, count)
      }
      return
    }
    let isFirst = memories[index].tensors["velocity"] == nil
    let velocity = memory("velocity", at: index, shape: parameter.shape)
    let step = gannet_momentum_step(
      rate: rate, weight_decay: weightDecay, momentum: momentum, gain: isFirst ? 1 : 1 - dampening,
      nesterov: isNesterov)
    inChunks(of: parameter, gradient) { w, g, start, count in
      gannet_momentum(w, g, velocity + start, step, count)
    }
  }

  override func update(
    _ parameter: Parameter, byRows gradient: RowGradient, at index: Int, in group: ParameterGroup
  ) -> Bool {
    guard momentum == 0, group.weightDecay == 0 else { return false }
    parameter.value.prepareToWrite()
    let (size, rate) = (parameter.shape[1], group.learningRate)
    let (w, g) = (parameter.value.pointer, gradient.values.pointer)
    gradient.rows.scalars.withUnsafeBufferPointer { rows in
      ThreadPool.shared.forEach(rows.count, by: 16_384 / max(1, size) + 1) { range in
        for place in range {
          gannet_sgd(w + Int(rows[place]) * size, g + place * size, rate, 0, size)
        }
      }
    }
    withExtendedLifetime(gradient) {}
    return true
  }

  public override func memoryShapes(of parameter: Parameter) -> [String: Shape] {
    momentum > 0 ? ["velocity": parameter.shape] : [:]
  }
}
