import GannetTensor

/// The weight and the constant of norms over the last axes of each example: ``LayerNorm`` and
/// ``RMSNorm``.
public class FeatureNorm {
  /// `[F]`, where F stands for the normalized axes; initially ones; nil in a layer that is not affine.
  public let weight: Parameter?
  /// The constant added to the variance or the mean square.
  public let epsilon: Float
  fileprivate let shape: Shape

  fileprivate init(_ shape: Shape, epsilon: Float, affine: Bool) {
    weight = affine ? Parameter(Tensor(ones: shape)) : nil
    self.epsilon = epsilon
    self.shape = shape
  }

  fileprivate var scale: Tensor { weight?.value ?? Tensor(ones: shape) }
}

/// Layer normalization, see `layerNorm(_:weight:bias:epsilon:)` (Ba, Kiros, Hinton, 2016; Dive into
/// Deep Learning, section 8.5.2.3).
///
///     LayerNorm(64)(x)  // [N, T, 64] -> [N, T, 64]
///
/// It is the same in training and evaluation mode and does not depend on the batch.
public final class LayerNorm: FeatureNorm, Layer {
  /// `[F]`, initially zeros; nil in a layer that is not affine or has no bias.
  public let bias: Parameter?

  /// Makes a layer over the last axes, of sizes `shape`.
  ///
  /// - Parameters:
  ///   - shape: The sizes of the last axes, over which is normalized.
  ///   - epsilon: The constant added to the variance; 1e-5 by default.
  ///   - affine: Whether results are scaled, and shifted; true by default.
  ///   - hasBias: Whether they are shifted, if they are scaled; true by default.
  public init(
    _ shape: Shape, epsilon: Float = 1e-5, affine: Bool = true, hasBias: Bool = true
  ) {
    bias = affine && hasBias ? Parameter(Tensor(zeros: shape)) : nil
    super.init(shape, epsilon: epsilon, affine: affine)
  }

  /// Makes a layer over the last axis, of `size` features.
  public convenience init(
    _ size: Int, epsilon: Float = 1e-5, affine: Bool = true, hasBias: Bool = true
  ) {
    self.init(Shape([size]), epsilon: epsilon, affine: affine, hasBias: hasBias)
  }

  /// Normalizes `x`, `[..., F]`; the result has its shape.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    layerNorm(x, weight: scale, bias: bias?.value ?? Tensor(zeros: shape), epsilon: epsilon)
  }
}

/// Root mean square normalization, see `rmsNorm(_:weight:epsilon:)` (Zhang and Sennrich, 2019).
public final class RMSNorm: FeatureNorm, Layer {
  /// Makes a layer over the last axes, of sizes `shape`.
  ///
  /// - Parameters:
  ///   - shape: The sizes of the last axes, over which is normalized.
  ///   - epsilon: The constant added to the mean square; the spacing of floats at 1 by default, as
  ///     in PyTorch.
  ///   - affine: Whether results are scaled by a weight; true by default.
  public override init(_ shape: Shape, epsilon: Float = .ulpOfOne, affine: Bool = true) {
    super.init(shape, epsilon: epsilon, affine: affine)
  }

  /// Makes a layer over the last axis, of `size` features.
  public convenience init(_ size: Int, epsilon: Float = .ulpOfOne, affine: Bool = true) {
    self.init(Shape([size]), epsilon: epsilon, affine: affine)
  }

  /// Normalizes `x`, `[..., F]`; the result has its shape.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    rmsNorm(x, weight: scale, epsilon: epsilon)
  }
}

/// Group normalization, see `groupNorm(_:groups:weight:bias:epsilon:)` (Wu and He, 2018).
public final class GroupNorm: Layer {
  /// The number of groups of channels.
  public let groups: Int
  /// `[C]`, initially ones; nil in a layer that is not affine.
  public let weight: Parameter?
  /// `[C]`, initially zeros; nil in a layer that is not affine.
  public let bias: Parameter?
  /// The constant added to the variance.
  public let epsilon: Float

  /// Makes a layer for `channels` channels in `groups` groups; stops unless `groups` divides
  /// `channels`. It scales and shifts results unless `affine` is false.
  public init(_ channels: Int, groups: Int, epsilon: Float = 1e-5, affine: Bool = true) {
    guard groups > 0, channels % groups == 0 else {
      fail("GroupNorm: \(channels) channels don't make \(groups) groups")
    }
    self.groups = groups
    weight = affine ? Parameter(Tensor(ones: [channels])) : nil
    bias = affine ? Parameter(Tensor(zeros: [channels])) : nil
    self.epsilon = epsilon
  }

  /// Normalizes `x`, `[N, C]`, `[N, C, L]` or `[N, C, H, W]`; the result has its shape.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    groupNorm(x, groups: groups, weight: weight?.value, bias: bias?.value, epsilon: epsilon)
  }
}

/// Instance normalization, see `instanceNorm(_:weight:bias:epsilon:)` (Ulyanov et al., 2016).
///
/// It is the same in training and evaluation mode; PyTorch's running statistics are left out.
public final class InstanceNorm: Layer {
  /// `[C]`, initially ones; nil in a layer that is not affine.
  public let weight: Parameter?
  /// `[C]`, initially zeros; nil in a layer that is not affine.
  public let bias: Parameter?
  /// The constant added to the variance.
  public let epsilon: Float
  private let channels: Int

  /// Makes a layer for `channels` channels; it does not scale and shift results unless `affine` is
  /// true.
  public init(_ channels: Int, epsilon: Float = 1e-5, affine: Bool = false) {
    weight = affine ? Parameter(Tensor(ones: [channels])) : nil
    bias = affine ? Parameter(Tensor(zeros: [channels])) : nil
    self.epsilon = epsilon
    self.channels = channels
  }

  /// Normalizes `x`, `[N, C, L]` or `[N, C, H, W]`; the result has its shape.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    guard x.rank > 2, x.shape[1] == channels else {
      failShape(
        "InstanceNorm", x.shape, expected: "[N, \(channels), L] or [N, \(channels), H, W]")
    }
    return instanceNorm(x, weight: weight?.value, bias: bias?.value, epsilon: epsilon)
  }
}
