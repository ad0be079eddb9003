import CGannetKernels
import GannetTensor

extension Parameters {
  /// Whether no gradient has an infinite element or a NaN; one pass over them. A loop of one's own asks it
  /// before `optimizer.step()`, since a single such step makes parameters NaN for good.
  public var hasFiniteGradients: Bool { allSatisfy(\.hasFiniteGradient) }

  /// The parameters whose gradients have an infinite element or a NaN.
  public var withNonFiniteGradients: Parameters { filter { !$0.hasFiniteGradient } }
}

extension Parameter {
  fileprivate var hasFiniteGradient: Bool {
    node.gradientElements.map { $0.nonFiniteCount == 0 } ?? true
  }
}

extension Tensor {
  /// How many elements are infinite or NaN.
  package var nonFiniteCount: Int { Int(total(gannet_count_not_finite)) }
}
