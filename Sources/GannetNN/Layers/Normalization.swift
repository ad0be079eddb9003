import GannetTensor

/// Normalizes each example by the mean and the variance of its own features: see
/// `layerNorm(_:weight:bias:epsilon:)` (Ba, Kiros, Hinton, 2016; the book's section 8.5.2.3).
///
///     LayerNorm(64)(x)  // [N, T, 64] -> [N, T, 64]
///
/// It is the same in training and in prediction, and for any size of batch.
public final class LayerNorm: Layer {
  /// `[F]`, F being the axes that are normalized together; ones at first.
  public let weight: Parameter
  /// `[F]`, zeros at first.
  public let bias: Parameter
  /// Added to the variance.
  public let epsilon: Float

  /// A layer over the last axes of its input, which have the sizes of `shape`.
  public init(_ shape: Shape, epsilon: Float = 1e-5) {
    weight = Parameter(Tensor(ones: shape))
    bias = Parameter(Tensor(zeros: shape))
    self.epsilon = epsilon
  }

  /// A layer over the last axis, of `size` features.
  public convenience init(_ size: Int, epsilon: Float = 1e-5) {
    self.init([size] as Shape, epsilon: epsilon)
  }

  /// `[..., F]`, and as much.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    layerNorm(x, weight: weight.value, bias: bias.value, epsilon: epsilon)
  }
}

/// Normalizes the channels of each image in groups: see `groupNorm(_:groups:weight:bias:epsilon:)` (Wu and He,
/// 2018).
public final class GroupNorm: Layer {
  /// In how many parts the channels are cut.
  public let groups: Int
  /// `[C]`, ones at first.
  public let weight: Parameter
  /// `[C]`, zeros at first.
  public let bias: Parameter
  /// Added to the variance.
  public let epsilon: Float

  /// A layer for `channels` channels in `groups` parts; stops unless these are of one size.
  public init(groups: Int, channels: Int, epsilon: Float = 1e-5) {
    guard groups > 0, channels % groups == 0 else {
      fail("GroupNorm: \(channels) channels don't make \(groups) groups")
    }
    self.groups = groups
    weight = Parameter(Tensor(ones: [channels]))
    bias = Parameter(Tensor(zeros: [channels]))
    self.epsilon = epsilon
  }

  /// `[N, C]` or `[N, C, H, W]`, and as much.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    groupNorm(x, groups: groups, weight: weight.value, bias: bias.value, epsilon: epsilon)
  }
}
