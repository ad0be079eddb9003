/// Where an optimizer adds the small number that keeps it from dividing by 0.
public enum EpsilonPlacement: Sendable {
  /// √s + ε, as PyTorch does.
  case outsideRoot
  /// √(s + ε), as the book does.
  case insideRoot
}
