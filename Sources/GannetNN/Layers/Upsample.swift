import GannetTensor

/// Resizing of images, `[N, C, H, W]` to `[N, C, H', W']`, by interpolation; see
/// `interpolated(to:mode:alignCorners:)`.
///
///     Upsample(by: 2, mode: .bilinear)(Tensor(zeros: [8, 3, 10, 10]))  // [8, 3, 20, 20]
public final class Upsample: Layer {
  /// The size of the result, or its scale factors.
  public enum Target: Hashable, Sendable {
    /// A height and a width.
    case size(Size2D)
    /// Factors of the input's height and width.
    case scale(height: Double, width: Double)
  }

  /// The size of the result.
  public let target: Target
  /// The interpolation between pixels; nearest by default.
  public let mode: InterpolationMode
  /// Whether the centers of the corner pixels are aligned instead of the edges.
  public let alignsCorners: Bool

  /// Makes a layer that resizes to `size`.
  public init(to size: Size2D, mode: InterpolationMode = .nearest, alignCorners: Bool = false) {
    target = .size(size)
    self.mode = mode
    alignsCorners = alignCorners
  }

  /// Makes a layer that scales by the factors `height` and `width`, which is `height` by default.
  public init(
    by height: Double, _ width: Double? = nil, mode: InterpolationMode = .nearest,
    alignCorners: Bool = false
  ) {
    target = .scale(height: height, width: width ?? height)
    self.mode = mode
    alignsCorners = alignCorners
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    switch target {
    case .size(let size): x.interpolated(to: size, mode: mode, alignCorners: alignsCorners)
    case .scale(let height, let width):
      x.interpolated(by: height, width, mode: mode, alignCorners: alignsCorners)
    }
  }
}
