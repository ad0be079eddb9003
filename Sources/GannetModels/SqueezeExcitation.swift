import GannetNN
import GannetTensor

/// Squeeze and excitation (Hu et al., 2018): each channel is multiplied by a weight between 0 and 1
/// that is computed from the means of all channels over the image.
///
/// w = sigmoid(W₂ relu(W₁ mean(x) + b₁) + b₂). The layers are 1x1 convolutions, named `fc1` and
/// `fc2` as in torchvision.
public final class SqueezeExcitation: Layer {
  /// The 1x1 convolution to the hidden channels, W₁ and b₁.
  public let fc1: Conv2D
  /// The 1x1 convolution back to all channels, W₂ and b₂.
  public let fc2: Conv2D

  /// A layer for `channels` channels with `squeezed` hidden ones.
  public init(
    _ channels: Int, squeezed: Int, weightInitializer: Initializer = .fanInUniform
  ) {
    fc1 = Conv2D(channels, squeezed, kernelSize: 1, weightInitializer: weightInitializer)
    fc2 = Conv2D(squeezed, channels, kernelSize: 1, weightInitializer: weightInitializer)
  }

  /// The channels' weights, `[N, C, 1, 1]`.
  public func weights(_ x: Tensor) -> Tensor {
    let hidden = fc1(globalAveragePool2D(x), followedBy: .relu)
    return fc2(hidden, followedBy: .sigmoid)
  }

  /// `[N, C, H, W]`, the shape of `x`.
  public func callAsFunction(_ x: Tensor) -> Tensor { x * weights(x) }
}
