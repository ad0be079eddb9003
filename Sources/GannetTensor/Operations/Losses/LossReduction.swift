/// The reduction of a loss over elements or examples.
public enum Reduction: Sendable {
  /// The mean of the losses.
  case mean
  /// The sum of the losses.
  case sum
  /// No reduction: a tensor of all losses.
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
