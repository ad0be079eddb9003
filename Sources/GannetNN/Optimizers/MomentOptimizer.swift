import GannetTensor

/// The base class of Adam and its relatives, with bias-corrected averages of the gradient and its
/// square.
///
/// With gradient g, betas β₁ and β₂, and the count t of the parameter's updates from 1 on:
///
///     m ← β₁ m + (1 - β₁) g
///     v ← β₂ v + (1 - β₂) g²
///     w ← w - learningRate · m / (1 - β₁ᵗ) / (√(v / (1 - β₂ᵗ)) + ε)
///
/// A group's own betas take precedence over those of the settings.
public class MomentOptimizer: Optimizer {
  /// The settings beside the learning rate and the weight decay, which the groups have.
  public struct Settings: Sendable {
    /// The decay rates of the averages of the gradient and of its square, each 0 to below 1.
    public var betas: (first: Float, second: Float) = (0.9, 0.999)
    /// The constant ε in the divisor; 1e-8 by default, as in PyTorch. The book has 1e-6.
    public var epsilon: Float = 1e-8
    /// Whether the largest v so far is in the divisor (AMSGrad: Reddi et al., 2018); Adam and AdamW
    /// alone have it. False by default.
    public var isAMSGrad = false
  }

  /// The settings.
  public let settings: Settings
  private let rule: MomentStep.Rule
  private let decouplesDecay: Bool

  init(
    groups: [ParameterGroup], settings: Settings, rule: MomentStep.Rule = .adam,
    decouplesDecay: Bool = false
  ) {
    checkShare(settings.betas.first, "first beta")
    checkShare(settings.betas.second, "second beta")
    checkNotNegative(settings.epsilon, "epsilon")
    self.settings = settings
    self.rule = rule
    self.decouplesDecay = decouplesDecay
    super.init(groups: groups)
    guard !settings.isAMSGrad || self is Adam || self is AdamW else {
      fail("\(type(of: self)): isAMSGrad is a setting of Adam and AdamW")
    }
  }

  public override class var usesGroupBetas: Bool { true }

  public override func update(
    _ parameter: Parameter, by gradient: Tensor, at index: Int, in group: ParameterGroup
  ) {
    var first = takeMemory("first_moment", at: index, shape: parameter.shape)
    var second = takeMemory(secondName, at: index, shape: parameter.shape)
    var largest =
      settings.isAMSGrad
      ? takeMemory("largest_second_moment", at: index, shape: parameter.shape) : nil
    let settings = MomentSettings(
      rate: group.learningRate, weightDecay: group.weightDecay, decouplesDecay: decouplesDecay,
      betas: group.betas ?? settings.betas, epsilon: settings.epsilon,
      count: memories[index].updateCount)
    let step = step(settings, at: index)
    step(&parameter.value, by: gradient, first: &first, second: &second, largest: &largest)
    memories[index].tensors["first_moment"] = first
    memories[index].tensors[secondName] = second
    memories[index].tensors["largest_second_moment"] = largest
  }

  /// The step of parameter `index`.
  func step(_ settings: MomentSettings, at index: Int) -> MomentStep {
    MomentStep(settings, rule: rule)
  }

  public override func memoryShapes(of parameter: Parameter) -> [String: Shape] {
    var shapes = ["first_moment": parameter.shape, secondName: parameter.shape]
    if settings.isAMSGrad { shapes["largest_second_moment"] = parameter.shape }
    return shapes
  }

  private var secondName: String { rule == .adamax ? "largest_gradient" : "second_moment" }
}

extension MomentOptimizer.Settings {
  /// Adam's, as in PyTorch.
  public static var adam: Self { Self() }
}
