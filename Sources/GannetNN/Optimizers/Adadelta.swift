import CGannetKernels
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
  /// The decay rate ρ of the averages, 0 to below 1.
  public let decay: Float
  /// The constant ε, which also sets the size of the first steps.
  public let epsilon: Float

  /// Makes an optimizer of `groups`; stops where a setting is out of range.
  ///
  /// - Parameter epsilon: The constant ε; 1e-6 by default, as in PyTorch. The book has 1e-5.
  public init(groups: [ParameterGroup], decay: Float = 0.9, epsilon: Float = 1e-6) {
    checkShare(decay, "decay")
    checkNotNegative(epsilon, "epsilon")
    self.decay = decay
    self.epsilon = epsilon
    super.init(groups: groups)
  }

  /// Makes an optimizer of one group, `parameters`; the learning rate is 1 by default.
  public convenience init(
    _ parameters: Parameters, learningRate: Float = 1, decay: Float = 0.9, epsilon: Float = 1e-6,
    weightDecay: Float = 0
  ) {
    let group = ParameterGroup(parameters, learningRate: learningRate, weightDecay: weightDecay)
    self.init(groups: [group], decay: decay, epsilon: epsilon)
  }

  public override func update(
    _ parameter: Parameter, by gradient: Tensor, at index: Int, in group: ParameterGroup
  ) {
    let square = memory("square_average", at: index, shape: parameter.shape)
    let change = memory("change_average", at: index, shape: parameter.shape)
    let step = gannet_root_step(group, epsilon, .insideRoot, decay: decay)
    inChunks(of: parameter, gradient) { w, g, start, count in
      gannet_adadelta(w, g, square + start, change + start, step, count)
    }
  }

  public override func memoryShapes(of parameter: Parameter) -> [String: Shape] {
    ["square_average": parameter.shape, "change_average": parameter.shape]
  }
}
