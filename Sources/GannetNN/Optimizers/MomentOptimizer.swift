import GannetTensor

/// The base class of Adam, AdamW and Yogi, with bias-corrected averages of the gradient and its
/// square.
///
/// With gradient g, betas β₁ and β₂, and the count t of the parameter's updates from 1 on:
///
///     m ← β₁ m + (1 - β₁) g
///     v ← β₂ v + (1 - β₂) g²
///     w ← w - learningRate · m / (1 - β₁ᵗ) / (√(v / (1 - β₂ᵗ)) + ε)
public class MomentOptimizer: Optimizer {
  /// The settings beside the learning rate and the weight decay, which the groups have.
  public struct Settings: Sendable {
    /// The decay rates of the averages of the gradient and of its square, each 0 to below 1.
    public var betas: (first: Float, second: Float) = (0.9, 0.999)
    /// The constant ε in the divisor; 1e-8 by default, as in PyTorch. The book has 1e-6.
    public var epsilon: Float = 1e-8
  }

  /// The settings.
  public let settings: Settings
  private let scale: MomentStep.Scale
  private let decouplesDecay: Bool

  init(
    groups: [ParameterGroup], settings: Settings, scale: MomentStep.Scale = .average,
    decouplesDecay: Bool = false
  ) {
    checkShare(settings.betas.first, "first beta")
    checkShare(settings.betas.second, "second beta")
    checkNotNegative(settings.epsilon, "epsilon")
    self.settings = settings
    self.scale = scale
    self.decouplesDecay = decouplesDecay
    super.init(groups: groups)
  }

  public override func update(
    _ parameter: Parameter, by gradient: Tensor, at index: Int, in group: ParameterGroup
  ) {
    var first = takeMemory("first_moment", at: index, shape: parameter.shape)
    var second = takeMemory("second_moment", at: index, shape: parameter.shape)
    let step = MomentStep(
      rate: group.learningRate, weightDecay: group.weightDecay, decouplesDecay: decouplesDecay,
      betas: settings.betas, epsilon: settings.epsilon, scale: scale,
      count: memories[index].updateCount)
    step(&parameter.value, by: gradient, first: &first, second: &second)
    memories[index].tensors["first_moment"] = first
    memories[index].tensors["second_moment"] = second
  }

  public override func memoryShapes(of parameter: Parameter) -> [String: Shape] {
    ["first_moment": parameter.shape, "second_moment": parameter.shape]
  }
}

extension MomentOptimizer.Settings {
  /// Adam's, as in PyTorch.
  public static var adam: Self { Self() }
}
