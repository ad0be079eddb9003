// Pooling of sequences, `[N, C, L]`, computed as that of images of one row.

/// 1D max pooling: the maximum of each window, by channel.
///
///     maxPool1D(Tensor([0, 3, 1, 2], shape: [1, 1, 4]), kernelSize: 2)  // [[[3, 2]]]
///
/// The gradient goes to the first maximum. Stops where a window has more than 65,536 elements.
///
/// - Parameters:
///   - x: `[N, C, L]`.
///   - kernelSize: The window's size.
///   - stride: The stride of windows; the window's size by default.
///   - padding: Padding by -∞ at both ends, at most half of the window; 0 by default.
///   - ceilMode: Whether a last partial window is added, so that no element is left out; false by
///     default.
/// - Returns: `[N, C, L']`, where L' is (L + padding - kernel) / stride + 1, rounded down, or up with
///   `ceilMode`.
public func maxPool1D(
  _ x: Tensor, kernelSize: Int, stride: Int? = nil, padding: Padding1D = 0, ceilMode: Bool = false
) -> Tensor {
  x.asImages("maxPool1D") {
    maxPool2D(
      $0, kernelSize: Size2D(1, kernelSize), stride: Size2D(1, stride ?? kernelSize),
      padding: padding.ofColumns, ceilMode: ceilMode)
  }
}

/// 1D average pooling: the mean of each window, by channel.
///
/// - Parameters:
///   - x: `[N, C, L]`.
///   - kernelSize: The window's size.
///   - stride: The stride of windows; the window's size by default.
///   - padding: Zero padding at both ends, at most half of the window; 0 by default.
///   - ceilMode: Whether a last partial window is added, so that no element is left out; false by
///     default.
///   - countsPadding: Whether the mean counts the padding (PyTorch's `count_include_pad`); elements
///     beyond it never count.
/// - Returns: `[N, C, L']`, as ``maxPool1D(_:kernelSize:stride:padding:ceilMode:)``.
public func averagePool1D(
  _ x: Tensor, kernelSize: Int, stride: Int? = nil, padding: Padding1D = 0,
  ceilMode: Bool = false, countsPadding: Bool = true
) -> Tensor {
  x.asImages("averagePool1D") {
    averagePool2D(
      $0, kernelSize: Size2D(1, kernelSize), stride: Size2D(1, stride ?? kernelSize),
      padding: padding.ofColumns, ceilMode: ceilMode, countsPadding: countsPadding)
  }
}

/// 1D adaptive average pooling to a given length: the means of windows that divide the sequence
/// evenly, as ``adaptiveAveragePool2D(_:outputSize:)``.
///
/// - Parameters:
///   - x: `[N, C, L]`, not empty in L.
///   - outputSize: The size of the result.
/// - Returns: `[N, C, L']` with L' of `outputSize`.
public func adaptiveAveragePool1D(_ x: Tensor, outputSize: Int) -> Tensor {
  x.asImages("adaptiveAveragePool1D") {
    adaptiveAveragePool2D($0, outputSize: Size2D(1, outputSize))
  }
}

/// 1D adaptive max pooling to a given length: the maxima of windows that divide the sequence evenly,
/// as ``adaptiveMaxPool2D(_:outputSize:)``.
///
/// - Parameters:
///   - x: `[N, C, L]`, not empty in L.
///   - outputSize: The size of the result.
/// - Returns: `[N, C, L']` with L' of `outputSize`.
public func adaptiveMaxPool1D(_ x: Tensor, outputSize: Int) -> Tensor {
  x.asImages("adaptiveMaxPool1D") {
    adaptiveMaxPool2D($0, outputSize: Size2D(1, outputSize))
  }
}

extension Tensor {
  /// `pool` of these sequences as images of one row; stops unless they are `[N, C, L]`.
  fileprivate func asImages(_ operation: StaticString, _ pool: (Tensor) -> Tensor) -> Tensor {
    guard rank == 3 else { failShape(operation, shape, expected: "[N, C, L]") }
    return pool(unsqueezed(at: 2)).squeezed(at: 2)
  }
}
