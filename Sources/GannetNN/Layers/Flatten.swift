import GannetTensor

/// Flattens the axes from one on: `[N, C, H, W]` to `[N, CHW]`.
public final class Flatten: Layer {
  /// The first flattened axis.
  public let axis: Int

  /// Makes a layer that flattens from `axis` on; 1 by default, which keeps the batch axis.
  public init(from axis: Int = 1) { self.axis = axis }

  public func callAsFunction(_ x: Tensor) -> Tensor { x.flattened(from: axis) }
}
