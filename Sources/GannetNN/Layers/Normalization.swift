import GannetTensor

/// Layer normalization, see `layerNorm(_:weight:bias:epsilon:)` (Ba, Kiros, Hinton, 2016; Dive into
/// Deep Learning, section 8.5.2.3).
///
///     LayerNorm(64)(x)  // [N, T, 64] -> [N, T, 64]
///
/// It is the same in training and evaluation mode and does not depend on the batch.
public final class LayerNorm: Layer {
  /// `[F]`, where F stands for the normalized axes; initially ones.
  public let weight: Parameter
  /// `[F]`, initially zeros.
  public let bias: Parameter
  /// The constant added to the variance.
  public let epsilon: Float

  /// Makes a layer over the last axes, of sizes `shape`.
  public init(_ shape: Shape, epsilon: Float = 1e-5) {
    weight = Parameter(Tensor(ones: shape))
    bias = Parameter(Tensor(zeros: shape))
    self.epsilon = epsilon
  }

  /// Makes a layer over the last axis, of `size` features.
  public convenience init(_ size: Int, epsilon: Float = 1e-5) {
    self.init(Shape([size]), epsilon: epsilon)
  }

  /// Normalizes `x`, `[..., F]`; the result has its shape.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    layerNorm(x, weight: weight.value, bias: bias.value, epsilon: epsilon)
  }
}

/// Group normalization, see `groupNorm(_:groups:weight:bias:epsilon:)` (Wu and He, 2018).
public final class GroupNorm: Layer {
  /// The number of groups of channels.
  public let groups: Int
  /// `[C]`, initially ones.
  public let weight: Parameter
  /// `[C]`, initially zeros.
  public let bias: Parameter
  /// The constant added to the variance.
  public let epsilon: Float

  /// Makes a layer for `channels` channels in `groups` groups; stops unless `groups` divides
  /// `channels`.
  public init(_ channels: Int, groups: Int, epsilon: Float = 1e-5) {
    guard groups > 0, channels % groups == 0 else {
      fail("GroupNorm: \(channels) channels don't make \(groups) groups")
    }
    self.groups = groups
    weight = Parameter(Tensor(ones: [channels]))
    bias = Parameter(Tensor(zeros: [channels]))
    self.epsilon = epsilon
  }

  /// Normalizes `x`, `[N, C]` or `[N, C, H, W]`; the result has its shape.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    groupNorm(x, groups: groups, weight: weight.value, bias: bias.value, epsilon: epsilon)
  }
}
