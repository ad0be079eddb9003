import CGannetKernels
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
  /// The decay rate γ of the averages, 0 to below 1.
  public let decay: Float
  /// The momentum, 0 to below 1.
  public let momentum: Float
  /// Whether the gradient's variance is used instead of its square.
  public let isCentered: Bool
  /// The constant ε in the divisor.
  public let epsilon: Float
  /// The position of ε.
  public let epsilonPlacement: EpsilonPlacement

  /// Makes an optimizer of `groups`; stops where a setting is out of range.
  ///
  /// - Parameters:
  ///   - decay: The decay rate γ; 0.99 by default, as in PyTorch. The book has 0.9.
  ///   - epsilon: The constant ε; 1e-8 outside of the root by default, as in PyTorch. The book has
  ///     1e-6 inside.
  public init(
    groups: [ParameterGroup], decay: Float = 0.99, momentum: Float = 0, isCentered: Bool = false,
    epsilon: Float = 1e-8, epsilonPlacement: EpsilonPlacement = .outsideRoot
  ) {
    checkShare(decay, "decay")
    checkShare(momentum, "momentum")
    checkNotNegative(epsilon, "epsilon")
    self.decay = decay
    self.momentum = momentum
    self.isCentered = isCentered
    self.epsilon = epsilon
    self.epsilonPlacement = epsilonPlacement
    super.init(groups: groups)
  }

  /// Makes an optimizer of one group, `parameters`; the learning rate is 0.01 by default.
  public convenience init(
    _ parameters: Parameters, learningRate: Float = 0.01, decay: Float = 0.99, momentum: Float = 0,
    isCentered: Bool = false, epsilon: Float = 1e-8,
    epsilonPlacement: EpsilonPlacement = .outsideRoot, weightDecay: Float = 0
  ) {
    let group = ParameterGroup(parameters, learningRate: learningRate, weightDecay: weightDecay)
    self.init(
      groups: [group], decay: decay, momentum: momentum, isCentered: isCentered, epsilon: epsilon,
      epsilonPlacement: epsilonPlacement)
  }

  public override func update(
    _ parameter: Parameter, by gradient: Tensor, at index: Int, in group: ParameterGroup
  ) {
    let shape = parameter.shape
    let square = memory(squareName, at: index, shape: shape)
    let mean = isCentered ? memory("gradient_average", at: index, shape: shape) : nil
    let velocity = momentum > 0 ? memory("velocity", at: index, shape: shape) : nil
    let step = gannet_root_step(group, epsilon, epsilonPlacement, decay: decay, momentum: momentum)
    inChunks(of: parameter, gradient) { w, g, start, count in
      gannet_rmsprop(
        w, g, square + start, mean.map { $0 + start }, velocity.map { $0 + start }, step, count)
    }
  }

  public override func memoryShapes(of parameter: Parameter) -> [String: Shape] {
    var shapes = [squareName: parameter.shape]
    if isCentered { shapes["gradient_average"] = parameter.shape }
    if momentum > 0 { shapes["velocity"] = parameter.shape }
    return shapes
  }

  private var squareName: String { isCentered ? "variance" : "square_average" }
}
