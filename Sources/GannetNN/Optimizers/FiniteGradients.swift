import GannetTensor

extension Parameters {
  /// Whether all gradients are finite, checked in one pass. Test it before `optimizer.step()` in
  /// your own loop: one step with a NaN makes parameters NaN.
  public var hasFiniteGradients: Bool { allSatisfy(\.hasFiniteGradient) }

  /// The parameters with infinite or NaN elements in their gradients.
  public var withNonFiniteGradients: Parameters { filter { !$0.hasFiniteGradient } }
}

extension Parameter {
  fileprivate var hasFiniteGradient: Bool {
    node.gradientElements.map { $0.nonFiniteCount == 0 } ?? true
  }
}
