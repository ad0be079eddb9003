/// The position of the constant ε in an optimizer's divisor.
public enum EpsilonPlacement: Sendable {
  /// √s + ε, as in PyTorch.
  case outsideRoot
  /// √(s + ε), as in the book.
  case insideRoot
}
