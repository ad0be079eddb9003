import GannetTensor

// Pooling layers from `[N, C, L]` to `[N, C, L']`, by functions of GannetTensor.

/// 1D max pooling, see `maxPool1D(_:kernelSize:stride:padding:ceilMode:)`.
///
///     MaxPool1D(2)(sequences)  // [N, C, 28] -> [N, C, 14]
public final class MaxPool1D: Layer {
  /// The window's size.
  public let kernelSize: Int
  /// The stride of windows.
  public let stride: Int
  /// Padding by -∞.
  public let padding: Padding1D
  /// Whether a last partial window is added.
  public let usesCeilMode: Bool

  /// Makes a layer with windows of `kernelSize` and, by default, the same stride.
  public init(
    _ kernelSize: Int, stride: Int? = nil, padding: Padding1D = 0, ceilMode: Bool = false
  ) {
    self.kernelSize = kernelSize
    self.stride = stride ?? kernelSize
    self.padding = padding
    usesCeilMode = ceilMode
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    maxPool1D(
      x, kernelSize: kernelSize, stride: stride, padding: padding, ceilMode: usesCeilMode)
  }
}

/// 1D average pooling, see
/// `averagePool1D(_:kernelSize:stride:padding:ceilMode:countsPadding:)`.
public final class AveragePool1D: Layer {
  /// The window's size.
  public let kernelSize: Int
  /// The stride of windows.
  public let stride: Int
  /// Zero padding.
  public let padding: Padding1D
  /// Whether a last partial window is added.
  public let usesCeilMode: Bool
  /// Whether the mean counts the padding.
  public let countsPadding: Bool

  /// Makes a layer with windows of `kernelSize` and, by default, the same stride.
  public init(
    _ kernelSize: Int, stride: Int? = nil, padding: Padding1D = 0, ceilMode: Bool = false,
    countsPadding: Bool = true
  ) {
    self.kernelSize = kernelSize
    self.stride = stride ?? kernelSize
    self.padding = padding
    usesCeilMode = ceilMode
    self.countsPadding = countsPadding
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    averagePool1D(
      x, kernelSize: kernelSize, stride: stride, padding: padding, ceilMode: usesCeilMode,
      countsPadding: countsPadding)
  }
}

/// 1D adaptive average pooling to a given length, see `adaptiveAveragePool1D(_:outputSize:)`.
public final class AdaptiveAveragePool1D: Layer {
  /// The length L' of the result.
  public let outputSize: Int

  /// Makes a layer that pools to `outputSize`.
  public init(_ outputSize: Int) { self.outputSize = outputSize }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    adaptiveAveragePool1D(x, outputSize: outputSize)
  }
}

/// 1D adaptive max pooling to a given length, see `adaptiveMaxPool1D(_:outputSize:)`.
public final class AdaptiveMaxPool1D: Layer {
  /// The length L' of the result.
  public let outputSize: Int

  /// Makes a layer that pools to `outputSize`.
  public init(_ outputSize: Int) { self.outputSize = outputSize }

  public func callAsFunction(_ x: Tensor) -> Tensor { adaptiveMaxPool1D(x, outputSize: outputSize) }
}
