import GannetTensor

// Each is a free function of GannetTensor as a layer, from `[N, C, H, W]` to `[N, C, H', W']` (the book's
// section 7.5).

/// The largest element of each window: see `maxPool2D(_:kernelSize:stride:padding:ceilMode:)`.
///
///     MaxPool2D(2)(images)  // [N, C, 28, 28] -> [N, C, 14, 14]
public final class MaxPool2D: Layer {
  /// The window's rows and columns.
  public let kernelSize: Size2D
  /// From one window to the next.
  public let stride: Size2D
  /// Rows and columns around the image, of which none is ever the largest.
  public let padding: Padding2D
  /// Whether the last window may reach beyond the padding.
  public let ceilMode: Bool

  /// Windows of `kernelSize`, which don't overlap unless a stride is given.
  public init(
    _ kernelSize: Size2D, stride: Size2D? = nil, padding: Padding2D = 0, ceilMode: Bool = false
  ) {
    self.kernelSize = kernelSize
    self.stride = stride ?? kernelSize
    self.padding = padding
    self.ceilMode = ceilMode
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    maxPool2D(x, kernelSize: kernelSize, stride: stride, padding: padding, ceilMode: ceilMode)
  }
}

/// The mean of each window: see `averagePool2D(_:kernelSize:stride:padding:ceilMode:countsPadding:)`.
public final class AveragePool2D: Layer {
  /// The window's rows and columns.
  public let kernelSize: Size2D
  /// From one window to the next.
  public let stride: Size2D
  /// Zeros around the image.
  public let padding: Padding2D
  /// Whether the last window may reach beyond the padding.
  public let ceilMode: Bool
  /// Whether the padding counts as elements of the mean.
  public let countsPadding: Bool

  /// Windows of `kernelSize`, which don't overlap unless a stride is given.
  public init(
    _ kernelSize: Size2D, stride: Size2D? = nil, padding: Padding2D = 0, ceilMode: Bool = false,
    countsPadding: Bool = true
  ) {
    self.kernelSize = kernelSize
    self.stride = stride ?? kernelSize
    self.padding = padding
    self.ceilMode = ceilMode
    self.countsPadding = countsPadding
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    averagePool2D(
      x, kernelSize: kernelSize, stride: stride, padding: padding, ceilMode: ceilMode,
      countsPadding: countsPadding)
  }
}

/// The means of windows that make an image of a given size of any image: see
/// `adaptiveAveragePool2D(_:outputSize:)`.
public final class AdaptiveAveragePool2D: Layer {
  /// H' and W'.
  public let outputSize: Size2D

  /// A layer that makes images of `outputSize`.
  public init(_ outputSize: Size2D) { self.outputSize = outputSize }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    adaptiveAveragePool2D(x, outputSize: outputSize)
  }
}

/// The mean of each channel of each image: `[N, C, H, W]` becomes `[N, C, 1, 1]`.
public final class GlobalAveragePool2D: Layer {
  public init() {}
  public func callAsFunction(_ x: Tensor) -> Tensor { globalAveragePool2D(x) }
}
