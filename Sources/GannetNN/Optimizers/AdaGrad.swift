import GannetTensor

/// AdaGrad, which divides each element's learning rate by the root of its sum of squared gradients
/// (Dive into Deep Learning, section 12.7; Duchi et al., 2011).
///
/// With g the gradient plus weightDecay · w:
///
///     s ← s + g²
///     w ← w - learningRate · g / (√s + ε)    (√(s + ε) with ε inside the root, as in the book)
public final class AdaGrad: Optimizer {
  /// The settings beside the learning rate and the weight decay, which the groups have.
  public struct Settings: Sendable {
    /// The constant ε in the divisor; 1e-10 outside of the root by default, as in PyTorch. The book
    /// has 1e-6 inside.
    public var epsilon: Float = 1e-10
    /// The position of ε.
    public var epsilonPlacement = EpsilonPlacement.outsideRoot
  }

  /// The settings.
  public let settings: Settings

  /// Makes an optimizer of `groups`; stops where `epsilon` is negative.
  public init(groups: [ParameterGroup], settings: Settings = .defaults) {
    checkNotNegative(settings.epsilon, "epsilon")
    self.settings = settings
    super.init(groups: groups)
  }

  /// Makes an optimizer of one group, `parameters`; the learning rate is 0.01 by default.
  public convenience init(
    _ parameters: Parameters, learningRate: Float = 0.01, epsilon: Float = 1e-10,
    epsilonPlacement: EpsilonPlacement = .outsideRoot, weightDecay: Float = 0
  ) {
    self.init(
      groups: [ParameterGroup(parameters, learningRate: learningRate, weightDecay: weightDecay)],
      settings: Settings(epsilon: epsilon, epsilonPlacement: epsilonPlacement))
  }

  public override func update(
    _ parameter: Parameter, by gradient: Tensor, at index: Int, in group: ParameterGroup
  ) {
    var sum = takeMemory("square_sum", at: index, shape: parameter.shape)
    RootStep(
      rate: group.learningRate, weightDecay: group.weightDecay, epsilon: settings.epsilon,
      isInsideRoot: settings.epsilonPlacement == .insideRoot
    ).adaGrad(&parameter.value, by: gradient, squareSum: &sum)
    memories[index].tensors["square_sum"] = sum
  }

  public override func memoryShapes(of parameter: Parameter) -> [String: Shape] {
    ["square_sum": parameter.shape]
  }
}

extension AdaGrad.Settings {
  /// PyTorch's.
  public static var defaults: Self { Self() }
}
