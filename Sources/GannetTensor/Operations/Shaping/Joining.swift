/// Concatenates tensors along `axis`, in which alone their shapes may differ; keeps channels-last
/// layout.
public func concatenate(_ tensors: [Tensor], along axis: Int = 0) -> Tensor {
  if let trace = Trace.current {
    return trace.record(ConcatenationOperation(axis: axis), tensors)
  }
  let axis = Shape.joining(tensors.map(\.shape), along: axis)
  var ranges: [Range<Int>] = []
  for tensor in tensors {
    let start = ranges.last?.upperBound ?? 0
    ranges.append(start..<start + tensor.shape[axis])
  }
  let channelsLast = tensors.allSatisfy { $0.layout == .channelsLast || $0.layout == .channelSlice }
  let result = Tensor(
    uninitialized: tensors[0].shape.replacing(axis, with: ranges.last!.upperBound),
    layout: channelsLast ? .channelsLast : .rowMajor)
  for (tensor, range) in zip(tensors, ranges) {
    result.sliced(range, along: axis).overwrite(with: tensor)
  }
  let inputs = tensors.map(\.node)
  return result.recorded("concatenate", inputs) { gradient in
    zip(inputs, ranges).map { input, range in
      input.map { _ in gradient.sliced(range, along: axis) }
    }
  }
}

/// Stacks tensors of one shape along a new axis at `axis`.
public func stack(_ tensors: [Tensor], along axis: Int = 0) -> Tensor {
  let axis = Shape.stacking(tensors.map(\.shape), along: axis)
  return concatenate(tensors.map { $0.unsqueezed(at: axis) }, along: axis)
}

// MARK: Splitting

extension Tensor {
  /// Splits into views of the given sizes along `axis`; their sum is the axis's size.
  public func split(sizes: [Int], along axis: Int = 0) -> [Tensor] {
    shape.ranges(ofSizes: sizes, along: axis).map { sliced($0, along: axis) }
  }

  /// Splits into `count` views along `axis` of nearly equal size; the first ones may be longer by
  /// 1.
  public func split(into count: Int, along axis: Int = 0) -> [Tensor] {
    split(sizes: shape.sizes(ofParts: count, along: axis), along: axis)
  }

  /// Views of the slices at 0, 1, … along `axis`, without that axis; the inverse of
  /// `stack(_:along:)`.
  public func unstacked(along axis: Int = 0) -> [Tensor] {
    let axis = shape.normalized(axis, "unstacked")
    return (0..<shape[axis]).map { sliced($0..<$0 + 1, along: axis).squeezed(at: axis) }
  }
}
