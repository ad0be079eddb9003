import GannetTensor

/// RMSProp, AdaGrad with a running average instead of the sum (Dive into Deep Learning, section
/// 12.8; Tieleman and Hinton, 2012).
///
/// With g the gradient plus weightDecay · w, and decay γ:
///
///     s ← γ s + (1 - γ) g²
///     d ← g / (√s + ε)                (√(s + ε) with ε inside the root, as in the book)
///     v ← momentum · v + d            (d itself without momentum)
///     w ← w - learningRate · v
///
/// If centered, s is the variance: the average square less the square of the average gradient m ← γ
/// m + (1 - γ) g.
public final class RMSProp: Optimizer {
  /// The settings beside the learning rate and the weight decay, which the groups have.
  public struct Settings: Sendable {
    /// The decay rate γ of the averages, 0 to below 1; 0.99 by default, as in PyTorch. The book has
    /// 0.9.
    public var decay: Float = 0.99
    /// The momentum, 0 to below 1.
    public var momentum: Float = 0
    /// Whether the gradient's variance is used instead of its square.
    public var isCentered = false
    /// The constant ε in the divisor; 1e-8 outside of the root by default, as in PyTorch. The book
    /// has 1e-6 inside.
    public var epsilon: Float = 1e-8
    /// The position of ε.
    public var epsilonPlacement = EpsilonPlacement.outsideRoot
  }

  /// The settings.
  public let settings: Settings

  /// Makes an optimizer of `groups`; stops where a setting is out of range.
  public init(groups: [ParameterGroup], settings: Settings = .defaults) {
    checkShare(settings.decay, "decay")
    checkShare(settings.momentum, "momentum")
    checkNotNegative(settings.epsilon, "epsilon")
    self.settings = settings
    super.init(groups: groups)
  }

  /// Makes an optimizer of one group, `parameters`; the learning rate is 0.01 by default.
  public convenience init(
    _ parameters: Parameters, learningRate: Float = 0.01, decay: Float = 0.99, momentum: Float = 0,
    isCentered: Bool = false, epsilon: Float = 1e-8,
    epsilonPlacement: EpsilonPlacement = .outsideRoot, weightDecay: Float = 0
  ) {
    self.init(
      groups: [ParameterGroup(parameters, learningRate: learningRate, weightDecay: weightDecay)],
      settings: Settings(
        decay: decay, momentum: momentum, isCentered: isCentered, epsilon: epsilon,
        epsilonPlacement: epsilonPlacement))
  }

  public override class var usesGroupMomentum: Bool { true }

  public override func update(
    _ parameter: Parameter, by gradient: Tensor, at index: Int, in group: ParameterGroup
  ) {
    let shape = parameter.shape
    var square = takeMemory(squareName, at: index, shape: shape)
    var mean =
      settings.isCentered ? takeMemory("gradient_average", at: index, shape: shape) : nil
    let momentum = group.momentum ?? settings.momentum
    var velocity = momentum > 0 ? takeMemory("velocity", at: index, shape: shape) : nil
    RootStep(
      rate: group.learningRate, weightDecay: group.weightDecay, decay: settings.decay,
      momentum: momentum, epsilon: settings.epsilon,
      isInsideRoot: settings.epsilonPlacement == .insideRoot
    ).rmsProp(
      &parameter.value, by: gradient, square: &square, mean: &mean, velocity: &velocity)
    memories[index].tensors[squareName] = square
    memories[index].tensors["gradient_average"] = mean
    memories[index].tensors["velocity"] = velocity
  }

  public override func memoryShapes(of parameter: Parameter) -> [String: Shape] {
    var shapes = [squareName: parameter.shape]
    if settings.isCentered { shapes["gradient_average"] = parameter.shape }
    let momentum = group(of: parameter)?.momentum ?? settings.momentum
    if momentum > 0 { shapes["velocity"] = parameter.shape }
    return shapes
  }

  private var squareName: String { settings.isCentered ? "variance" : "square_average" }
}

extension RMSProp.Settings {
  /// PyTorch's.
  public static var defaults: Self { Self() }
}
