import GannetNN
import GannetTensor

/// A convolution and batch normalization, into which the sum with a residual and an activation can be
/// fused. Parts have the names of a PyTorch `Sequential`: `0.weight`, `1.weight`.
public final class NormalizedConvolution: Layer, NamedParts {
  public static let partNames = ["convolution": "0", "norm": "1"]

  /// The convolution.
  public let convolution: Conv2D
  /// The normalization of the convolution's result.
  public let norm: BatchNorm2D

  /// Makes a layer from `inputChannels` to `outputChannels`, padded by half of an odd kernel.
  ///
  /// - Parameters:
  ///   - inputChannels: The channels of the input.
  ///   - outputChannels: The channels of the result.
  ///   - kernelSize: The size of the kernel, odd.
  ///   - stride: The step of the kernel; 1 by default.
  ///   - groups: The number of groups of channels that are convolved apart; 1 by default.
  ///   - hasBias: Whether the convolution has a bias, which the normalization cancels.
  ///   - weightInitializer: The initializer of the convolution's weight.
  public init(
    _ inputChannels: Int, _ outputChannels: Int, kernelSize: Int, stride: Size2D = 1,
    groups: Int = 1, hasBias: Bool = false, weightInitializer: Initializer = .fanInUniform
  ) {
    convolution = Conv2D(
      inputChannels, outputChannels, kernelSize: Size2D(kernelSize), stride: stride,
      padding: Padding2D(kernelSize / 2), groups: groups, hasBias: hasBias,
      weightInitializer: weightInitializer)
    norm = BatchNorm2D(outputChannels)
  }

  /// Maps `[N, C, H, W]` to `[N, O, H', W']`.
  public func callAsFunction(_ x: Tensor) -> Tensor { self(x, followedBy: .identity) }

  /// Maps `[N, C, H, W]` to `[N, O, H', W']`, adds a residual of that shape, and applies an
  /// activation, both fused into the normalization.
  public func callAsFunction(
    _ x: Tensor, adding residual: Tensor? = nil, followedBy activation: Activation
  ) -> Tensor {
    norm(convolution(x), adding: residual, followedBy: activation)
  }
}
