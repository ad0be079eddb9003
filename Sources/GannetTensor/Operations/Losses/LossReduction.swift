/// The reduction of the losses of elements or examples to a loss's result.
public enum Reduction: Sendable {
  /// Their mean.
  case mean
  /// Their sum.
  case sum
  /// Nothing: a tensor of all of them.
  case none
}

extension Tensor {
  /// These losses, reduced.
  package func reduced(by reduction: Reduction) -> Tensor {
    switch reduction {
    case .mean: mean()
    case .sum: sum()
    case .none: self
    }
  }
}
