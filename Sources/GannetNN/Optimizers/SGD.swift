import GannetTensor

/// Stochastic gradient descent: w ← w - learningRate · (g + weightDecay · w).
public final class SGD: Optimizer {
  /// An optimizer of all `parameters` alike.
  public convenience init(
    _ parameters: Parameters, learningRate: Float, weightDecay: Float = 0
  ) {
    self.init(groups: [
      ParameterGroup(parameters, learningRate: learningRate, weightDecay: weightDecay)
    ])
  }

  public override func update(
    _ parameter: Parameter, by gradient: Tensor, at index: Int, in group: ParameterGroup
  ) {
    if group.weightDecay != 0 { parameter.value *= 1 - group.learningRate * group.weightDecay }
    parameter.value.add(gradient, scaledBy: -group.learningRate)
  }
}
