extension Tensor {
  /// Pads with `value`, 0 by default: `before[i]` elements before and `after[i]` after axis i.
  ///
  ///     images.padded(before: [0, 0, 2, 2], after: [0, 0, 2, 2])  // [N, C, H + 4, W + 4]
  public func padded(before: [Int], after: [Int], with value: Float = 0) -> Tensor {
    if let trace = Trace.current {
      return trace.record(PaddingOperation(before: before, after: after, value: value), [self])
    }
    guard before.count == rank, after.count == rank, (before + after).allSatisfy({ $0 >= 0 }) else {
      fail("padded: \(before) before and \(after) after shape \(shape)")
    }
    let sizes = (0..<rank).map { before[$0] + shape[$0] + after[$0] }
    let inside = (0..<rank).map { before[$0]..<before[$0] + shape[$0] }
    let layout: Layout = layout == .channelsLast ? .channelsLast : .rowMajor
    let result = Tensor(uninitialized: Shape(sizes), layout: layout)
    withExtendedLifetime(result.storage) {
      result.pointer.update(repeating: value, count: result.count)
    }
    result.cut(to: inside).overwrite(with: self)
    return result.recorded("padded", [node]) { gradient in [gradient.cut(to: inside)] }
  }
}

/// The values of padding.
public enum PaddingMode: Hashable, Sendable {
  /// 0.
  case zeros
  /// Mirrored elements without the edge, `c b | a b c | b a`; fewer than the axis has.
  case reflect
  /// The edge element, `a a | a b c | c c`.
  case replicate
  /// Elements from the other end, `b c | a b c | a b`; at most as many as the axis has.
  case circular
}

extension Tensor {
  /// Pads by `mode`: `before[i]` elements before and `after[i]` after axis i. Stops where an axis
  /// has too few elements for the mode.
  ///
  ///     images.padded(before: [0, 0, 2, 2], after: [0, 0, 2, 2], mode: .reflect)
  public func padded(before: [Int], after: [Int], mode: PaddingMode) -> Tensor {
    if mode == .zeros { return padded(before: before, after: after) }
    guard before.count == rank, after.count == rank, (before + after).allSatisfy({ $0 >= 0 }) else {
      fail("padded: \(before) before and \(after) after shape \(shape)")
    }
    var result = self
    for axis in 0..<rank where before[axis] + after[axis] > 0 {
      let (size, most) = (shape[axis], mode.limit(of: shape[axis]))
      guard Swift.max(before[axis], after[axis]) <= most else {
        fail(
          "padded: \(before) before and \(after) after shape \(shape); axis \(axis) has elements for "
            + "\(Swift.max(0, most)) by \(mode)")
      }
      let rows = (-before[axis]..<size + after[axis]).map {
        [(index: mode.source(of: $0, size), weight: Float(1))]
      }
      result = result.mapped("padded", by: AxisMap(inputSize: size, rows: rows), along: axis)
    }
    return result
  }

  /// Pads images, `[N, C, H, W]`; with zeros by default.
  public func padded(by padding: Padding2D, mode: PaddingMode = .zeros) -> Tensor {
    guard rank == 4 else { failShape("padded", shape, expected: "[N, C, H, W]") }
    return padded(
      before: [0, 0, padding.top, padding.left], after: [0, 0, padding.bottom, padding.right],
      mode: mode)
  }
}

extension PaddingMode {
  /// The largest padding of an axis of `size`.
  fileprivate func limit(of size: Int) -> Int {
    switch self {
    case .zeros: .max
    case .reflect: size - 1
    case .replicate: size > 0 ? .max : 0
    case .circular: size
    }
  }

  /// The index of the element of an axis of `size` that is copied to `position`, which may be out
  /// of range.
  fileprivate func source(of position: Int, _ size: Int) -> Int {
    switch self {
    case .reflect:
      let mirrored = abs(position)
      return mirrored < size ? mirrored : 2 * (size - 1) - mirrored
    case .circular: return (position + size) % size
    case .replicate, .zeros: return min(max(position, 0), size - 1)
    }
  }
}
