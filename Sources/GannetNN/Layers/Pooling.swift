import GannetTensor

// Pooling layers of sequences, `[N, C, L]` to `[N, C, L']`, and of images, `[N, C, H, W]` to
// `[N, C, H', W']`, by functions of GannetTensor (Dive into Deep Learning, section 7.5).

/// The windows of a pooling layer: the settings of ``MaxPool1D``, ``MaxPool2D``, ``AveragePool1D``
/// and ``AveragePool2D``.
///
/// `Size` and `Padding` are `Int` and `Padding1D` for sequences, `Size2D` and `Padding2D` for images.
public class WindowPooling<Size, Padding: ExpressibleByIntegerLiteral> {
  /// The window's size.
  public let kernelSize: Size
  /// The stride of windows.
  public let stride: Size
  /// The padding: by -∞ in max pooling, by zeros in average pooling.
  public let padding: Padding
  /// Whether a last partial window is added.
  public let usesCeilMode: Bool

  /// Makes a layer with windows of `kernelSize` and, by default, the same stride.
  public init(
    _ kernelSize: Size, stride: Size? = nil, padding: Padding = 0, ceilMode: Bool = false
  ) {
    self.kernelSize = kernelSize
    self.stride = stride ?? kernelSize
    self.padding = padding
    usesCeilMode = ceilMode
  }
}

/// 1D max pooling, see `maxPool1D(_:kernelSize:stride:padding:ceilMode:)`.
///
///     MaxPool1D(2)(sequences)  // [N, C, 28] -> [N, C, 14]
public final class MaxPool1D: WindowPooling<Int, Padding1D>, Layer {
  public func callAsFunction(_ x: Tensor) -> Tensor {
    maxPool1D(
      x, kernelSize: kernelSize, stride: stride, padding: padding, ceilMode: usesCeilMode)
  }
}

/// 2D max pooling, see `maxPool2D(_:kernelSize:stride:padding:ceilMode:into:)`.
///
///     MaxPool2D(2)(images)  // [N, C, 28, 28] -> [N, C, 14, 14]
public final class MaxPool2D: WindowPooling<Size2D, Padding2D>, Layer {
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

/// The settings of ``AveragePool1D`` and ``AveragePool2D``.
public class AveragePooling<Size, Padding: ExpressibleByIntegerLiteral>:
  WindowPooling<Size, Padding>
{
  /// Whether the mean counts the padding.
  public let countsPadding: Bool

  /// Makes a layer with windows of `kernelSize` and, by default, the same stride.
  public init(
    _ kernelSize: Size, stride: Size? = nil, padding: Padding = 0, ceilMode: Bool = false,
    countsPadding: Bool = true
  ) {
    self.countsPadding = countsPadding
    super.init(kernelSize, stride: stride, padding: padding, ceilMode: ceilMode)
  }
}

/// 1D average pooling, see
/// `averagePool1D(_:kernelSize:stride:padding:ceilMode:countsPadding:)`.
public final class AveragePool1D: AveragePooling<Int, Padding1D>, Layer {
  public func callAsFunction(_ x: Tensor) -> Tensor {
    averagePool1D(
      x, kernelSize: kernelSize, stride: stride, padding: padding, ceilMode: usesCeilMode,
      countsPadding: countsPadding)
  }
}

/// 2D average pooling, see
/// `averagePool2D(_:kernelSize:stride:padding:ceilMode:countsPadding:into:)`.
public final class AveragePool2D: AveragePooling<Size2D, Padding2D>, Layer {
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

/// The setting of pooling to a given size: that of ``AdaptiveAveragePool1D``,
/// ``AdaptiveAveragePool2D``, ``AdaptiveMaxPool1D`` and ``AdaptiveMaxPool2D``.
public class AdaptivePooling<Size> {
  /// The size of the result: the length L', or the height H' and the width W'.
  public let outputSize: Size

  /// Makes a layer that pools to `outputSize`.
  public init(_ outputSize: Size) { self.outputSize = outputSize }
}

/// 1D adaptive average pooling to a given length, see `adaptiveAveragePool1D(_:outputSize:)`.
public final class AdaptiveAveragePool1D: AdaptivePooling<Int>, Layer {
  public func callAsFunction(_ x: Tensor) -> Tensor {
    adaptiveAveragePool1D(x, outputSize: outputSize)
  }
}

/// 2D adaptive average pooling to a given size, see `adaptiveAveragePool2D(_:outputSize:)`.
public final class AdaptiveAveragePool2D: AdaptivePooling<Size2D>, Layer {
  public func callAsFunction(_ x: Tensor) -> Tensor {
    adaptiveAveragePool2D(x, outputSize: outputSize)
  }
}

/// 1D adaptive max pooling to a given length, see `adaptiveMaxPool1D(_:outputSize:)`.
public final class AdaptiveMaxPool1D: AdaptivePooling<Int>, Layer {
  public func callAsFunction(_ x: Tensor) -> Tensor { adaptiveMaxPool1D(x, outputSize: outputSize) }
}

/// 2D adaptive max pooling to a given size, see `adaptiveMaxPool2D(_:outputSize:)`.
public final class AdaptiveMaxPool2D: AdaptivePooling<Size2D>, Layer {
  public func callAsFunction(_ x: Tensor) -> Tensor { adaptiveMaxPool2D(x, outputSize: outputSize) }
}

/// Global average pooling: the mean of each channel of each image, `[N, C, H, W]` to `[N, C, 1,
/// 1]`.
public final class GlobalAveragePool2D: Layer {
  /// Makes a layer of the means over all pixels.
  public init() {}
  public func callAsFunction(_ x: Tensor) -> Tensor { globalAveragePool2D(x) }
}
