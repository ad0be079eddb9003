import GannetTensor

// Pooling layers from `[N, C, H, W]` to `[N, C, H', W']`, by functions of GannetTensor (Dive into
// Deep Learning, section 7.5).

/// 2D max pooling, see `maxPool2D(_:kernelSize:stride:padding:ceilMode:into:)`.
///
///     MaxPool2D(2)(images)  // [N, C, 28, 28] -> [N, C, 14, 14]
public final class MaxPool2D: Layer {
  /// The window's size.
  public let kernelSize: Size2D
  /// The stride of windows.
  public let stride: Size2D
  /// Padding by -∞.
  public let padding: Padding2D
  /// Whether a last partial window is added.
  public let usesCeilMode: Bool

  /// Makes a layer with windows of `kernelSize` and, by default, the same stride.
  public init(
    _ kernelSize: Size2D, stride: Size2D? = nil, padding: Padding2D = 0, ceilMode: Bool = false
  ) {
    self.kernelSize = kernelSize
    self.stride = stride ?? kernelSize
    self.padding = padding
    usesCeilMode = ceilMode
  }

  public func callAsFunction(_ x: Tensor) -> Tensor { result(for: x, in: nil) }

  fileprivate func result(for x: Tensor, in buffer: ChannelBuffer?) -> Tensor {
    maxPool2D(
      x, kernelSize: kernelSize, stride: stride, padding: padding, ceilMode: usesCeilMode,
      into: buffer)
  }
}

extension MaxPool2D: FillingLayer {
  package func fill(_ buffer: ChannelBuffer, with x: Tensor) -> Tensor {
    result(for: x, in: buffer)
  }
}

/// 2D average pooling, see
/// `averagePool2D(_:kernelSize:stride:padding:ceilMode:countsPadding:into:)`.
public final class AveragePool2D: Layer {
  /// The window's size.
  public let kernelSize: Size2D
  /// The stride of windows.
  public let stride: Size2D
  /// Zero padding.
  public let padding: Padding2D
  /// Whether a last partial window is added.
  public let usesCeilMode: Bool
  /// Whether the mean counts the padding.
  public let countsPadding: Bool

  /// Makes a layer with windows of `kernelSize` and, by default, the same stride.
  public init(
    _ kernelSize: Size2D, stride: Size2D? = nil, padding: Padding2D = 0, ceilMode: Bool = false,
    countsPadding: Bool = true
  ) {
    self.kernelSize = kernelSize
    self.stride = stride ?? kernelSize
    self.padding = padding
    usesCeilMode = ceilMode
    self.countsPadding = countsPadding
  }

  public func callAsFunction(_ x: Tensor) -> Tensor { result(for: x, in: nil) }

  fileprivate func result(for x: Tensor, in buffer: ChannelBuffer?) -> Tensor {
    averagePool2D(
      x, kernelSize: kernelSize, stride: stride, padding: padding, ceilMode: usesCeilMode,
      countsPadding: countsPadding, into: buffer)
  }
}

extension AveragePool2D: FillingLayer {
  package func fill(_ buffer: ChannelBuffer, with x: Tensor) -> Tensor {
    result(for: x, in: buffer)
  }
}

/// 2D adaptive average pooling to a given size, see `adaptiveAveragePool2D(_:outputSize:)`.
public final class AdaptiveAveragePool2D: Layer {
  /// The size H', W' of the result.
  public let outputSize: Size2D

  /// Makes a layer that pools to `outputSize`.
  public init(_ outputSize: Size2D) { self.outputSize = outputSize }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    adaptiveAveragePool2D(x, outputSize: outputSize)
  }
}

/// 2D adaptive max pooling to a given size, see `adaptiveMaxPool2D(_:outputSize:)`.
public final class AdaptiveMaxPool2D: Layer {
  /// The size H', W' of the result.
  public let outputSize: Size2D

  /// Makes a layer that pools to `outputSize`.
  public init(_ outputSize: Size2D) { self.outputSize = outputSize }

  public func callAsFunction(_ x: Tensor) -> Tensor { adaptiveMaxPool2D(x, outputSize: outputSize) }
}

/// Global average pooling: the mean of each channel of each image, `[N, C, H, W]` to `[N, C, 1,
/// 1]`.
public final class GlobalAveragePool2D: Layer {
  /// Makes a layer of the means over all pixels.
  public init() {}
  public func callAsFunction(_ x: Tensor) -> Tensor { globalAveragePool2D(x) }
}
