#if ONNX
import GannetTensor

/// The windows of pooling along any number of axes.
struct PoolingWindows {
  private let kernel: [Int]
  private let strides: [Int]
  private let dilations: [Int]
  /// Before the first element of each axis, then behind the last of each.
  private let pads: [Int]
  private let automatic: String
  private let ceilMode: Bool

  private static let mostTaps = 4096

  init(_ node: ImportedNode) throws {
    guard let kernel = try node.ints("kernel_shape"), (1...6).contains(kernel.count) else {
      throw node.fault("has no kernel_shape")
    }
    let axes = kernel.count
    func sizes(_ name: String, _ missing: Int, count: Int, least: Int) throws -> [Int] {
      let found = try node.ints(name, count: count) ?? Array(repeating: missing, count: count)
      guard found.allSatisfy({ (least...1 << 20).contains($0) }) else {
        throw node.fault("has \(name) of \(found)")
      }
      return found
    }
    self.kernel = try sizes("kernel_shape", 1, count: axes, least: 1)
    strides = try sizes("strides", 1, count: axes, least: 1)
    dilations = try sizes("dilations", 1, count: axes, least: 1)
    pads = try sizes("pads", 0, count: 2 * axes, least: 0)
    automatic = try node.string("auto_pad", "NOTSET")
    guard ["NOTSET", "VALID", "SAME_UPPER", "SAME_LOWER"].contains(automatic) else {
      throw node.fault("has auto_pad \(automatic)")
    }
    ceilMode = try node.bool("ceil_mode")
    guard kernel.reduce(1, { $0.multipliedReportingOverflow(by: $1).partialValue }) <= 1 << 16,
      kernel.allSatisfy({ $0 <= 1 << 16 })
    else { throw node.fault("has windows of more than 65,536 elements", .unsupported) }
  }

  /// The windows of an axis, whose input has been padded.
  private struct Axis {
    let before: Int
    let after: Int
    /// The elements that the last window of ceil_mode needs behind the padding.
    let beyond: Int
    let count: Int
  }

  private func axes(_ x: NodeInputs) throws -> [Axis] {
    try x.require(
      x.rank(0) == kernel.count + 2 && x.shape(0)[1] > 0, "\(kernel.count) axes behind channels")
    let axes = kernel.indices.map { axis -> Axis in
      let (size, stride) = (x.shape(0)[axis + 2], strides[axis])
      let span = (kernel[axis] - 1) * dilations[axis] + 1
      var (before, after) = (pads[axis], pads[kernel.count + axis])
      if automatic == "VALID" { (before, after) = (0, 0) }
      if automatic.hasPrefix("SAME") {
        let total = max(0, ((size + stride - 1) / stride - 1) * stride + span - size)
        before = automatic == "SAME_LOWER" ? total - total / 2 : total / 2
        after = total - before
      }
      let spare = size + before + after - span
      guard spare >= 0, size > 0 else { return Axis(before: 0, after: 0, beyond: 0, count: 0) }
      var count = spare / stride + 1
      // A last window must begin in the input or before it.
      if ceilMode, spare % stride > 0, count * stride < size + before { count += 1 }
      let beyond = max(0, (count - 1) * stride + span - (size + before + after))
      return Axis(before: before, after: after, beyond: beyond, count: count)
    }
    try x.require(axes.allSatisfy { $0.count > 0 }, "windows that fit in the padded input")
    _ = try x.shape(x.shape(0).prefix(2) + axes.map(\.count))
    return axes
  }

  /// Sizes of one or two axes as those of images; nil where ``GannetTensor`` has no such pooling.
  private func images(_ axes: [Axis]) -> (kernel: Size2D, stride: Size2D, padding: Padding2D)? {
    guard kernel.count <= 2, dilations.allSatisfy({ $0 == 1 }),
      zip(axes, kernel).allSatisfy({ max($0.before, $0.after) <= $1 / 2 })
    else { return nil }
    func size(_ sizes: [Int], _ missing: Int) -> Size2D {
      Size2D(sizes.count == 1 ? missing : sizes[0], sizes.last!)
    }
    let (rows, columns) = (axes.count == 1 ? nil : axes[0], axes.last!)
    return (
      size(kernel, 1), size(strides, 1),
      Padding2D(
        top: rows?.before ?? 0, bottom: rows?.after ?? 0, left: columns.before,
        right: columns.after)
    )
  }

  /// `body` of the input as images.
  private func ofImages(_ x: Tensor, _ body: (Tensor) -> Tensor) -> Tensor {
    kernel.count == 2 ? body(x) : body(x.unsqueezed(at: 2)).squeezed(at: 2)
  }

  func maxima(_ x: NodeInputs) throws -> Tensor {
    let axes = try axes(x)
    if let images = images(axes) {
      return ofImages(x[0]) {
        maxPool2D(
          $0, kernelSize: images.kernel, stride: images.stride, padding: images.padding,
          ceilMode: ceilMode)
      }
    }
    let taps = try taps(x, axes, padding: -.infinity)
    return taps.dropFirst().reduce(taps[0]) { maximum($0, $1) }
  }

  func means(_ x: NodeInputs, countsPadding: Bool) throws -> Tensor {
    let axes = try axes(x)
    if let images = images(axes) {
      return ofImages(x[0]) {
        averagePool2D(
          $0, kernelSize: images.kernel, stride: images.stride, padding: images.padding,
          ceilMode: ceilMode, countsPadding: countsPadding)
      }
    }
    let taps = try taps(x, axes, padding: 0)
    let sum = taps.dropFirst().reduce(taps[0]) { $0 + $1 }
    // The number of elements that a window counts is the product of those along its axes.
    let counts = axes.indices.map { axis -> Tensor in
      let (size, before, after) = (x.shape(0)[axis + 2], axes[axis].before, axes[axis].after)
      let counted = countsPadding ? 0..<before + size + after : before..<before + size
      let numbers = (0..<axes[axis].count).map { window in
        Float(
          (0..<kernel[axis]).count {
            counted.contains(window * strides[axis] + $0 * dilations[axis])
          })
      }
      return Tensor(numbers).reshaped(
        to: [numbers.count] + Array(repeating: 1, count: axes.count - 1 - axis))
    }
    return sum / counts.dropFirst().reduce(counts[0]) { $0 * $1 }
  }

  /// The norms of windows by the power `order`.
  func norms(_ x: NodeInputs, order: Int) throws -> Tensor {
    let taps = try taps(x, try axes(x), padding: 0).map { pow(abs($0), Float(order)) }
    return pow(taps.dropFirst().reduce(taps[0]) { $0 + $1 }, 1 / Float(order))
  }

  /// The places of the maxima in the whole input, whose last two axes are in column-major order where
  /// `isColumnFirst`.
  func places(_ x: NodeInputs, isColumnFirst: Bool) throws -> IntTensor {
    let (axes, shape) = (try axes(x), x.shape(0))
    let taps = try taps(x, axes, padding: -.infinity)
    _ = try x.shape([taps.count] + Array(taps[0].shape))
    let winners = stack(taps.map { $0.detached() }).argmax(along: [0])
    let strides = axes.indices.map { axis -> Int in
      isColumnFirst
        ? shape.dropFirst(2).prefix(axis).reduce(1, *) : shape.dropFirst(axis + 3).reduce(1, *)
    }
    let sizes = axes.map(\.count)
    let windows = sizes.reduce(1, *)
    let block = shape.dropFirst(2).reduce(1, *)
    return IntTensor(
      winners.scalars.enumerated().map { number, winner in
        var (window, tap) = (number % windows, Int(winner))
        var place = number / windows * block
        for axis in axes.indices.reversed() {
          let index =
            window % sizes[axis] * self.strides[axis] - axes[axis].before
            + tap % kernel[axis] * dilations[axis]
          // Where all elements are -∞, the first may be one of the padding.
          place += min(max(index, 0), shape[axis + 2] - 1) * strides[axis]
          window /= sizes[axis]
          tap /= kernel[axis]
        }
        return Int32(clamping: place)
      }, shape: winners.shape)
  }

  /// The shape of which pooling by these windows makes input 0.
  func unpooled(_ x: NodeInputs) throws -> [Int] {
    let shape = x.shape(0)
    try x.require(shape.rank == kernel.count + 2, "\(kernel.count) axes behind channels")
    return shape.prefix(2)
      + kernel.indices.map { axis in
        (shape[axis + 2] - 1) * strides[axis] + kernel[axis] - pads[axis]
          - pads[kernel.count + axis]
      }
  }

  /// For each element of a window, those of all windows.
  private func taps(_ x: NodeInputs, _ axes: [Axis], padding: Float) throws -> [Tensor] {
    guard kernel.reduce(1, *) <= PoolingWindows.mostTaps else {
      throw x.fault("has dilated or padded windows of too many elements", .unsupported)
    }
    let before = [0, 0] + axes.map(\.before)
    let after = [0, 0] + axes.map { $0.after + $0.beyond }
    _ = try x.shape((0..<x.rank(0)).map { x.shape(0)[$0] + before[$0] + after[$0] })
    var taps = [x[0].padded(before: before, after: after, with: padding)]
    for axis in axes.indices {
      taps = taps.flatMap { tensor in
        (0..<kernel[axis]).map { element in
          let start = element * dilations[axis]
          let end = start + (axes[axis].count - 1) * strides[axis] + 1
          return tensor.sliced(start..<end, along: axis + 2)
            .strided(by: strides[axis], along: axis + 2)
        }
      }
    }
    return taps
  }
}
#endif
