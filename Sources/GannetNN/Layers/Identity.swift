import GannetTensor

/// The identity, in place of a layer that is left out, such as the head of a network whose features
/// are wanted.
///
///     net.fc = Identity()
public final class Identity: Layer {
  /// Makes a layer that changes nothing.
  public init() {}
  public func callAsFunction(_ x: Tensor) -> Tensor { x }
}
