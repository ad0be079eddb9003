import GannetTensor

/// Images in another size, `[N, C, H, W]` to `[N, C, H', W']`: see `interpolated(to:mode:alignCorners:)`.
///
///     Upsample(by: 2, mode: .bilinear)(Tensor(zeros: [8, 3, 10, 10]))  // [8, 3, 20, 20]
public final class Upsample: Layer {
  /// The size of the result, or how many times as large it is as the image.
  public enum Target: Hashable, Sendable {
    case size(Size2D)
    case scale(height: Double, width: Double)
  }

  /// The size of the result.
  public let target: Target
  /// The values between pixels.
  public let mode: InterpolationMode
  /// Whether the middles of the corner pixels stay where they are.
  public let alignCorners: Bool

  /// A layer that makes images of `size`.
  public init(to size: Size2D, mode: InterpolationMode = .nearest, alignCorners: Bool = false) {
    target = .size(size)
    self.mode = mode
    self.alignCorners = alignCorners
  }

  /// A layer that makes `height` times as many rows and `width` times as many columns; `width` is `height` unless
  /// given.
  public init(
    by height: Double, _ width: Double? = nil, mode: InterpolationMode = .nearest,
    alignCorners: Bool = false
  ) {
    target = .scale(height: height, width: width ?? height)
    self.mode = mode
    self.alignCorners = alignCorners
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    switch target {
    case .size(let size): x.interpolated(to: size, mode: mode, alignCorners: alignCorners)
    case .scale(let height, let width):
      x.interpolated(by: height, width, mode: mode, alignCorners: alignCorners)
    }
  }
}
