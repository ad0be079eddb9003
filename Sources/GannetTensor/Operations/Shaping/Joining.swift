/// The tensors put together along `axis`, in which alone their shapes may differ; images that lie
/// channels-last stay so.
public func concatenate(_ tensors: [Tensor], along axis: Int = 0) -> Tensor {
  guard let first = tensors.first else { fail("concatenate: no tensors") }
  let axis = first.shape.normalized(axis, "concatenate")
  for tensor in tensors.dropFirst() {
    guard tensor.rank == first.rank,
      tensor.shape.replacing(axis, with: 0) == first.shape.replacing(axis, with: 0)
    else { failShapes("concatenate", first.shape, tensor.shape) }
  }
  var ranges: [Range<Int>] = []
  for tensor in tensors {
    let start = ranges.last?.upperBound ?? 0
    ranges.append(start..<start + tensor.shape[axis])
  }
  let channelsLast = tensors.allSatisfy { $0.layout == .channelsLast || $0.layout == .channelSlice }
  let result = Tensor(
    uninitialized: first.shape.replacing(axis, with: ranges.last!.upperBound),
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
  guard let first = tensors.first else { fail("stack: no tensors") }
  for tensor in tensors where tensor.shape != first.shape {
    failShapes("stack", first.shape, tensor.shape)
  }
  let axis = axis < 0 ? axis + first.rank + 1 : axis
  return concatenate(tensors.map { $0.unsqueezed(at: axis) }, along: axis)
}

// MARK: Taking apart

extension Tensor {
  /// Parts with the given sizes along `axis`, which add up to the axis. Views.
  public func split(sizes: [Int], along axis: Int = 0) -> [Tensor] {
    let axis = shape.normalized(axis, "split")
    guard sizes.allSatisfy({ $0 >= 0 }), sizes.reduce(0, +) == shape[axis] else {
      fail("split: sizes \(sizes) of axis \(axis) of shape \(shape)")
    }
    var start = 0
    return sizes.map { size in
      defer { start += size }
      return sliced(start..<start + size, along: axis)
    }
  }

  /// `count` parts along `axis`, as equal as can be: the first ones are longer by 1 where the axis
  /// can't be divided. Views.
  public func split(into count: Int, along axis: Int = 0) -> [Tensor] {
    let axis = shape.normalized(axis, "split")
    guard count > 0 else { fail("split: into \(count) parts") }
    let (size, longer) = shape[axis].quotientAndRemainder(dividingBy: count)
    return split(sizes: (0..<count).map { $0 < longer ? size + 1 : size }, along: axis)
  }

  /// The slices at 0, 1, … along `axis`, which vanishes from them: the inverse of ``stack(_:along:)``.
  /// Views.
  public func unstacked(along axis: Int = 0) -> [Tensor] {
    let axis = shape.normalized(axis, "unstacked")
    return (0..<shape[axis]).map { sliced($0..<$0 + 1, along: axis).squeezed(at: axis) }
  }
}
