/// The direction in which a measurement improves.
public enum Goal: Sendable {
  /// The lower, the better, as a loss.
  case minimum
  /// The higher, the better, as an accuracy.
  case maximum

  /// Whether `new` is better than `old` by more than `margin`; every number is better than nil, NaN
  /// never is.
  func isBetter(_ new: Double, than old: Double?, by margin: Double = 0) -> Bool {
    guard let old else { return !new.isNaN }
    switch self {
    case .minimum: return new < old - margin
    case .maximum: return new > old + margin
    }
  }
}
