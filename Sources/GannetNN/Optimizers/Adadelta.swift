import GannetTensor

/// Adadelta, which scales steps by the root mean square of past steps (Dive into Deep Learning,
/// section 12.9; Zeiler, 2012).
///
/// With g the gradient plus weightDecay · w, and decay ρ:
///
///     s ← ρ s + (1 - ρ) g²
///     d ← g √(Δ + ε) / √(s + ε)
///     Δ ← ρ Δ + (1 - ρ) d²
///     w ← w - learningRate · d
public final class Adadelta: Optimizer {
  /// The settings beside the learning rate and the weight decay, which the groups have.
  public struct Settings: Sendable {
    /// The decay rate ρ of the averages, 0 to below 1.
    public var decay: Float = 0.9
    /// The constant ε, which also sets the size of the first steps; 1e-6 by default, as in PyTorch.
    /// The book has 1e-5.
    public var epsilon: Float = 1e-6
  }

  /// The settings.
  public let settings: Settings

  /// Makes an optimizer of `groups`; stops where a setting is out of range.
  public init(groups: [ParameterGroup], settings: Settings = .defaults) {
    checkShare(settings.decay, "decay")
    checkNotNegative(settings.epsilon, "epsilon")
    self.settings = settings
    super.init(groups: groups)
  }

  /// Makes an optimizer of one group, `parameters`; the learning rate is 1 by default.
  public convenience init(
    _ parameters: Parameters, learningRate: Float = 1, decay: Float = 0.9, epsilon: Float = 1e-6,
    weightDecay: Float = 0
  ) {
    self.init(
      groups: [ParameterGroup(parameters, learningRate: learningRate, weightDecay: weightDecay)],
      settings: Settings(decay: decay, epsilon: epsilon))
  }

  public override func update(
    _ parameter: Parameter, by gradient: Tensor, at index: Int, in group: ParameterGroup
  ) {
    var square = takeMemory("square_average", at: index, shape: parameter.shape)
    var change = takeMemory("change_average", at: index, shape: parameter.shape)
    RootStep(
      rate: group.learningRate, weightDecay: group.weightDecay, decay: settings.decay,
      epsilon: settings.epsilon, isInsideRoot: true
    ).adadelta(&parameter.value, by: gradient, square: &square, change: &change)
    memories[index].tensors["square_average"] = square
    memories[index].tensors["change_average"] = change
  }

  public override func memoryShapes(of parameter: Parameter) -> [String: Shape] {
    ["square_average": parameter.shape, "change_average": parameter.shape]
  }
}

extension Adadelta.Settings {
  /// PyTorch's.
  public static var defaults: Self { Self() }
}
