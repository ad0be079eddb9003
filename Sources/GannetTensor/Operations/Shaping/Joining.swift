/// The tensors put together along `axis`, in which alone their shapes may differ; images that lie
/// channels-last stay so.
public func concatenate(_ tensors: [Tensor], along axis: Int = 0) -> Tensor {
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

/// The tensors, all of one shape, along a new axis put in before `axis`.
public func stack(_ tensors: [Tensor], along axis: Int = 0) -> Tensor {
  let axis = Shape.stacking(tensors.map(\.shape), along: axis)
  return concatenate(tensors.map { $0.unsqueezed(at: axis) }, along: axis)
}

// MARK: Taking apart

extension Tensor {
  /// Parts with the given sizes along `axis`, which add up to the axis. Views.
  public func split(sizes: [Int], along axis: Int = 0) -> [Tensor] {
    shape.ranges(ofSizes: sizes, along: axis).map { sliced($0, along: axis) }
  }

  /// `count` parts along `axis`, as equal as can be: the first ones are longer by 1 where the axis
  /// can't be divided. Views.
  public func split(into count: Int, along axis: Int = 0) -> [Tensor] {
    split(sizes: shape.sizes(ofParts: count, along: axis), along: axis)
  }

  /// The slices at 0, 1, … along `axis`, which vanishes from them: the inverse of ``stack(_:along:)``.
  /// Views.
  public func unstacked(along axis: Int = 0) -> [Tensor] {
    let axis = shape.normalized(axis, "unstacked")
    return (0..<shape[axis]).map { sliced($0..<$0 + 1, along: axis).squeezed(at: axis) }
  }
}
