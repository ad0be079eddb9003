import CGannetKernels
import GannetTensor

/// AdaGrad, which divides each element's learning rate by the root of its sum of squared gradients
/// (Dive into Deep Learning, section 12.7; Duchi et al., 2011).
///
/// With g the gradient plus weightDecay · w:
///
///     s ← s + g²
///     w ← w - learningRate · g / (√s + ε)    (√(s + ε) with ε inside the root, as in the book)
public final class AdaGrad: Optimizer {
  /// The constant ε in the divisor.
  public let epsilon: Float
  /// The position of ε.
  public let epsilonPlacement: EpsilonPlacement

  /// Makes an optimizer of `groups`; stops where `epsilon` is negative.
  ///
  /// - Parameter epsilon: The constant ε; 1e-10 outside of the root by default, as in PyTorch. The
  ///   book has 1e-6 inside.
  public init(
    groups: [ParameterGroup], epsilon: Float = 1e-10,
    epsilonPlacement: EpsilonPlacement = .outsideRoot
  ) {
    checkNotNegative(epsilon, "epsilon")
    self.epsilon = epsilon
    self.epsilonPlacement = epsilonPlacement
    super.init(groups: groups)
  }

  /// Makes an optimizer of one group, `parameters`; the learning rate is 0.01 by default.
  public convenience init(
    _ parameters: Parameters, learningRate: Float = 0.01, epsilon: Float = 1e-10,
    epsilonPlacement: EpsilonPlacement = .outsideRoot, weightDecay: Float = 0
  ) {
    let group = ParameterGroup(parameters, learningRate: learningRate, weightDecay: weightDecay)
    self.init(groups: [group], epsilon: epsilon, epsilonPlacement: epsilonPlacement)
  }

  public override func update(
    _ parameter: Parameter, by gradient: Tensor, at index: Int, in group: ParameterGroup
  ) {
    let sum = memory("square_sum", at: index, shape: parameter.shape)
    let step = gannet_root_step(group, epsilon, epsilonPlacement)
    inChunks(of: parameter, gradient) { w, g, start, count in
      gannet_adagrad(w, g, sum + start, step, count)
    }
  }

  public override func memoryShapes(of parameter: Parameter) -> [String: Shape] {
    ["square_sum": parameter.shape]
  }
}

extension gannet_root_step {
  /// A step with running averages of decay rate `decay`.
  init(
    _ group: ParameterGroup, _ epsilon: Float, _ placement: EpsilonPlacement, decay: Float = 0,
    momentum: Float = 0
  ) {
    self.init(
      rate: group.learningRate, weight_decay: group.weightDecay, decay: decay, gain: 1 - decay,
      momentum: momentum, inner_epsilon: placement == .insideRoot ? epsilon : 0,
      outer_epsilon: placement == .outsideRoot ? epsilon : 0)
  }
}
