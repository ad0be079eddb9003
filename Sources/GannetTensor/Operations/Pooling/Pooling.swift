import CGannetKernels

// Pooling of images (Dive into Deep Learning, section 7.5). Results are channels-last.

/// 2D max pooling: the maximum of each window, by channel.
///
///     maxPool2D(Tensor(rangeFrom: 0, to: 9).reshaped(to: [1, 1, 3, 3]), kernelSize: 2, stride: 1)
///     // [[[[4, 5], [7, 8]]]]
///
/// The gradient goes to the first maximum. Stops where a window has more than 65,536 elements.
///
/// - Parameters:
///   - x: `[N, C, H, W]`.
///   - kernelSize: The window's size.
///   - stride: The stride of windows; the window's size by default.
///   - padding: Padding by -∞, at most half of the window; 0 by default.
///   - ceilMode: Whether a last partial window is added, so that no element is left out; false by
///     default.
///   - buffer: A buffer into whose next channels the result is written; none by default.
/// - Returns: `[N, C, H', W']`, where H' is (H + padding - kernel) / stride + 1, rounded down, or
///   up with `ceilMode`.
public func maxPool2D(
  _ x: Tensor, kernelSize: Size2D, stride: Size2D? = nil, padding: Padding2D = 0,
  ceilMode: Bool = false, into buffer: ChannelBuffer? = nil
) -> Tensor {
  if let trace = Trace.current {
    let operation = PoolingOperation(
      kind: .maximum, kernelSize: kernelSize, stride: stride ?? kernelSize, padding: padding,
      ceilMode: ceilMode)
    return trace.record(operation, [x], into: buffer)
  }
  return maxPool(
    "maxPool2D", x,
    PoolingGeometry(
      "maxPool2D", x.shape, kernel: kernelSize, stride: stride ?? kernelSize, padding: padding,
      ceilMode: ceilMode, countsPadding: false), into: buffer)
}

/// 2D adaptive max pooling to a given size: the maxima of windows that divide the image evenly, as
/// those of ``adaptiveAveragePool2D(_:outputSize:)``.
///
/// The gradient goes to the first maximum. Stops where a window has more than 65,536 elements.
///
/// - Parameters:
///   - x: `[N, C, H, W]`, not empty in H and W.
///   - outputSize: The size of the result.
/// - Returns: `[N, C, H', W']` with H' and W' of `outputSize`.
public func adaptiveMaxPool2D(_ x: Tensor, outputSize: Size2D) -> Tensor {
  if let trace = Trace.current {
    return trace.record(AdaptiveMaximumOperation(outputSize: outputSize), [x])
  }
  return maxPool(
    "adaptiveMaxPool2D", x, PoolingGeometry("adaptiveMaxPool2D", x.shape, outputSize: outputSize))
}

private func maxPool(
  _ operation: StaticString, _ x: Tensor, _ geometry: PoolingGeometry,
  into buffer: ChannelBuffer? = nil
) -> Tensor {
  guard geometry.windowSize <= 1 << 16 else {
    fail(
      "\(operation): a window of \(geometry.windowSize) elements, expected at most 65,536")
  }
  let images = x.detached().pixels()
  let y = geometry.room(in: buffer)
  let places = x.isRecorded ? Places(count: y.count) : nil
  let (from, to, index) = (images.pointer, y.pointer, places?.pointer)
  geometry.forEachOutput(from: images, to: y) { form, rows in
    gannet_max_pool(from, to, index, form, rows.lowerBound, rows.upperBound)
  }
  return withExtendedLifetime(images.storage) {
    let result = y.recorded(operation, [x.node]) { [places!.spread($0, geometry)] }
    return buffer?.join(result) ?? result
  }
}

extension PoolingGeometry {
  /// An uninitialized result: the next channels of `buffer`, or a new tensor.
  fileprivate func room(in buffer: ChannelBuffer?) -> Tensor {
    buffer?.room(for: output) ?? Tensor(uninitialized: output, layout: .channelsLast)
  }
}

/// Positions of the maxima in their windows, two bytes each.
private struct Places {
  private let storage: Storage
  let pointer: UnsafeMutablePointer<UInt16>

  init(count: Int) {
    storage = Storage(count: (count + 1) / 2)
    pointer = UnsafeMutableRawPointer(storage.pointer).bindMemory(to: UInt16.self, capacity: count)
  }

  /// Scatters the elements of `dy` to their positions, adding up; 0 elsewhere.
  func spread(_ dy: Tensor, _ geometry: PoolingGeometry) -> Tensor {
    let source = dy.detached().pixels()
    let dx = Tensor(uninitialized: geometry.input, layout: .channelsLast)
    let (from, to) = (source.pointer, dx.pointer)
    geometry.forEachInput(from: source) { form, rows in
      gannet_max_pool_backward(from, pointer, to, form, rows.lowerBound, rows.upperBound)
    }
    return withExtendedLifetime((source.storage, storage)) {
      dx.recorded("maxPool2D", [dy.node]) { [gathered($0, geometry)] }
    }
  }

  /// The elements of `x` at the positions.
  private func gathered(_ x: Tensor, _ geometry: PoolingGeometry) -> Tensor {
    let source = x.detached().channelsLast()
    let y = Tensor(uninitialized: geometry.output, layout: .channelsLast)
    let (from, to) = (source.pointer, y.pointer)
    geometry.forEachOutput(from: source, to: y) { form, rows in
      gannet_max_pool_gather(from, pointer, to, form, rows.lowerBound, rows.upperBound)
    }
    return withExtendedLifetime((source.storage, storage)) {
      y.recorded("maxPool2D", [x.node]) { [spread($0, geometry)] }
    }
  }
}

/// 2D average pooling: the mean of each window, by channel.
///
/// - Parameters:
///   - x: `[N, C, H, W]`.
///   - kernelSize: The window's size.
///   - stride: The stride of windows; the window's size by default.
///   - padding: Zero padding, at most half of the window; 0 by default.
///   - ceilMode: Whether a last partial window is added, so that no element is left out; false by
///     default.
///   - countsPadding: Whether the mean counts the padding (PyTorch's `count_include_pad`); elements
///     beyond it never count.
///   - buffer: A buffer into whose next channels the result is written; none by default.
/// - Returns: `[N, C, H', W']`, as ``maxPool2D(_:kernelSize:stride:padding:ceilMode:into:)``.
public func averagePool2D(
  _ x: Tensor, kernelSize: Size2D, stride: Size2D? = nil, padding: Padding2D = 0,
  ceilMode: Bool = false, countsPadding: Bool = true, into buffer: ChannelBuffer? = nil
) -> Tensor {
  if let trace = Trace.current {
    let operation = PoolingOperation(
      kind: .average(countsPadding: countsPadding), kernelSize: kernelSize,
      stride: stride ?? kernelSize, padding: padding, ceilMode: ceilMode)
    return trace.record(operation, [x], into: buffer)
  }
  return averagePool(
    "averagePool2D", x,
    PoolingGeometry(
      "averagePool2D", x.shape, kernel: kernelSize, stride: stride ?? kernelSize,
      padding: padding, ceilMode: ceilMode, countsPadding: countsPadding), into: buffer)
}

/// 2D adaptive average pooling to a given size: the means of windows that divide the image evenly.
///
/// Window i of n is from i · H / n, rounded down, to (i + 1) · H / n, rounded up, as in PyTorch.
///
/// - Parameters:
///   - x: `[N, C, H, W]`, not empty in H and W.
///   - outputSize: The size of the result.
/// - Returns: `[N, C, H', W']` with H' and W' of `outputSize`.
public func adaptiveAveragePool2D(_ x: Tensor, outputSize: Size2D) -> Tensor {
  if let trace = Trace.current {
    return trace.record(AdaptivePoolingOperation(outputSize: outputSize), [x])
  }
  return averagePool(
    "adaptiveAveragePool2D", x,
    PoolingGeometry("adaptiveAveragePool2D", x.shape, outputSize: outputSize))
}

/// Global average pooling: the mean of each channel of each image, `[N, C, H, W]` to `[N, C, 1,
/// 1]`.
public func globalAveragePool2D(_ x: Tensor) -> Tensor {
  if let trace = Trace.current {
    return trace.record(AdaptivePoolingOperation(outputSize: nil), [x])
  }
  return averagePool(
    "globalAveragePool2D", x, PoolingGeometry("globalAveragePool2D", x.shape, outputSize: 1))
}

private func averagePool(
  _ operation: StaticString, _ x: Tensor, _ geometry: PoolingGeometry,
  into buffer: ChannelBuffer? = nil
) -> Tensor {
  let images = x.detached().pixels()
  let y = geometry.room(in: buffer)
  let (from, to) = (images.pointer, y.pointer)
  geometry.forEachOutput(from: images, to: y) { form, rows in
    let sums = Storage(count: x.shape[1] * x.shape[3] + 8)
    gannet_average_pool(from, to, sums.pointer, form, rows.lowerBound, rows.upperBound)
  }
  return withExtendedLifetime(images.storage) {
    let result = y.recorded(operation, [x.node]) {
      [averagePoolGradient(operation, $0, geometry)]
    }
    return buffer?.join(result) ?? result
  }
}

/// The input gradient of `averagePool`, a linear map whose gradient is the pooling itself.
private func averagePoolGradient(
  _ operation: StaticString, _ gradient: Tensor, _ geometry: PoolingGeometry
) -> Tensor {
  let dy = gradient.detached().pixels()
  let dx = Tensor(uninitialized: geometry.input, layout: .channelsLast)
  let (from, to) = (dy.pointer, dx.pointer)
  geometry.forEachInput(from: dy) { form, rows in
    let sums = Storage(count: dy.shape[1] * dy.shape[3] + 8)
    gannet_average_pool_backward(from, to, sums.pointer, form, rows.lowerBound, rows.upperBound)
  }
  return withExtendedLifetime(dy.storage) {
    dx.recorded(operation, [gradient.node]) { [averagePool(operation, $0, geometry)] }
  }
}
