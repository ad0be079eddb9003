import GannetTensor

/// All axes from one on made one: `[N, C, H, W]` becomes `[N, CHW]`.
public final class Flatten: Layer {
  /// The first axis that is merged.
  public let axis: Int

  /// A layer that keeps the axes before `axis`; 1 by default, so that the batch stays.
  public init(from axis: Int = 1) { self.axis = axis }

  public func callAsFunction(_ x: Tensor) -> Tensor { x.flattened(from: axis) }
}
