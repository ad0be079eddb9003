// Slicing, reshaping and joining of integer tensors, with the names and messages of Tensor's. All
// are copies.

extension IntTensor {
  /// Reshapes to `sizes`, an array or a ``Shape``, of which one may be -1 and is inferred.
  public func reshaped(to sizes: some Collection<Int>) -> IntTensor {
    let shape = self.shape.completed(sizes)
    guard shape.elementCount == count else { failShapes("reshaped", self.shape, shape) }
    if let trace = Trace.current {
      return trace.record(ReshapeOperation(sizes: Array(shape)), self)
    }
    return IntTensor(scalars, shape: shape)
  }

  /// Flattens the axes from `axis` on, all by default, into one.
  public func flattened(from axis: Int = 0) -> IntTensor {
    if let trace = Trace.current {
      return trace.record(FlattenOperation(axis: axis), self)
    }
    return reshaped(to: shape.flattened(from: axis))
  }

  /// Removes the axis at `axis`, whose size must be 1.
  public func squeezed(at axis: Int) -> IntTensor {
    let axis = shape.normalized(axis, "squeezed")
    guard shape[axis] == 1 else { failShape("squeezed", shape, expected: "size 1 at axis \(axis)") }
    return reshaped(to: shape.removing(axis))
  }

  /// Inserts an axis of size 1 at `axis`.
  public func unsqueezed(at axis: Int) -> IntTensor {
    let place = axis < 0 ? axis + shape.rank + 1 : axis
    guard place >= 0, place <= shape.rank else {
      fail("unsqueezed: axis \(place) for shape \(shape)")
    }
    return reshaped(to: shape.inserting(1, at: place))
  }

  /// Permutes the axes: axis i of the result is axis `order[i]` of this tensor.
  public func permuted(_ order: [Int]) -> IntTensor {
    if let trace = Trace.current {
      return trace.record(PermutationOperation(order: order), self)
    }
    let order = order.map { shape.normalized($0, "permuted") }
    guard order.count == shape.rank, Set(order).count == shape.rank else {
      fail("permuted: \(order) is not a permutation of the axes of \(shape)")
    }
    let strides = shape.rowMajorStrides
    let sizes = order.map { shape[$0] }
    let steps = order.map { strides[$0] }
    let result = [Int32](uninitialized: count) { target in
      let target = UnsafeMutableBufferPointer(start: target, count: count)
      scalars.copyView(sizes: sizes, strides: steps, to: target)
    }
    return IntTensor(result, shape: Shape(sizes))
  }

  /// Exchanges two axes, the last two by default.
  public func transposed(_ first: Int = -2, _ second: Int = -1) -> IntTensor {
    var order = Array(0..<shape.rank)
    order.swapAt(
      shape.normalized(first, "transposed"), shape.normalized(second, "transposed"))
    return permuted(order)
  }

  /// The slice with indices `range` along `axis`.
  public func sliced(_ range: Range<Int>, along axis: Int) -> IntTensor {
    let axis = shape.normalized(axis, "sliced")
    guard range.lowerBound >= 0, range.upperBound <= shape[axis] else {
      fail("sliced: \(range) is not within axis \(axis) of \(shape)")
    }
    if let trace = Trace.current {
      return trace.record(SliceOperation(range, along: axis), self)
    }
    return rows(of: axis, range)
  }

  /// The slices at `indices` along `axis`, which the shape of `indices` replaces (NumPy's `take`).
  public func slices(at indices: IntTensor, along axis: Int = 0) -> IntTensor {
    let axis = shape.normalized(axis, "slices")
    indices.checkIndices("slices", below: shape[axis])
    let sizes = shape.prefix(axis) + Array(indices.shape) + shape.dropFirst(axis + 1)
    return rows(of: axis, indices.scalars.map { Int($0) }).reshaped(to: Shape(Array(sizes)))
  }

  /// Gathers elements along `axis`: the result has the shape of `indices`, which are positions in
  /// the lines along `axis` (PyTorch's `gather`).
  public func gathered(at indices: IntTensor, along axis: Int) -> IntTensor {
    let axis = shape.normalized(axis, "gathered")
    shape.checkTable("gathered", indices, axis)
    let (own, inner) = (shape[axis], shape.dropFirst(axis + 1).reduce(1, *))
    let block = max(1, indices.shape[axis] * inner)
    let result = indices.scalars.enumerated().map { place, index in
      scalars[(place / block * own + Int(index)) * inner + place % inner]
    }
    return IntTensor(result, shape: indices.shape)
  }

  /// The slices at valid `places` along `axis`.
  private func rows(of axis: Int, _ places: some Collection<Int>) -> IntTensor {
    let (outer, inner) = (
      shape.prefix(axis).reduce(1, *), shape.dropFirst(axis + 1).reduce(1, *)
    )
    var result: [Int32] = []
    result.reserveCapacity(outer * places.count * inner)
    for block in 0..<outer {
      for place in places {
        let start = (block * shape[axis] + place) * inner
        result.append(contentsOf: scalars[start..<start + inner])
      }
    }
    return IntTensor(result, shape: shape.replacing(axis, with: places.count))
  }
}

// MARK: Joining and taking apart

/// Concatenates tensors along `axis`, in which alone their shapes may differ.
@_disfavoredOverload
public func concatenate(_ tensors: [IntTensor], along axis: Int = 0) -> IntTensor {
  let axis = Shape.joining(tensors.map(\.shape), along: axis)
  let sizes = tensors.map { $0.shape.dropFirst(axis).reduce(1, *) }
  let shape = tensors[0].shape
  var result: [Int32] = []
  for block in 0..<shape.prefix(axis).reduce(1, *) {
    for (tensor, size) in zip(tensors, sizes) {
      result.append(contentsOf: tensor.scalars[block * size..<(block + 1) * size])
    }
  }
  let length = tensors.reduce(0) { $0 + $1.shape[axis] }
  return IntTensor(result, shape: shape.replacing(axis, with: length))
}

/// Stacks tensors of one shape along a new axis at `axis`.
@_disfavoredOverload
public func stack(_ tensors: [IntTensor], along axis: Int = 0) -> IntTensor {
  let axis = Shape.stacking(tensors.map(\.shape), along: axis)
  return concatenate(tensors.map { $0.unsqueezed(at: axis) }, along: axis)
}

extension IntTensor {
  /// Splits into parts of the given sizes along `axis`; their sum is the axis's size.
  public func split(sizes: [Int], along axis: Int = 0) -> [IntTensor] {
    shape.ranges(ofSizes: sizes, along: axis).map { sliced($0, along: axis) }
  }

  /// Splits into `count` parts along `axis` of nearly equal size; the first ones may be longer by
  /// 1.
  public func split(into count: Int, along axis: Int = 0) -> [IntTensor] {
    split(sizes: shape.sizes(ofParts: count, along: axis), along: axis)
  }

  /// The slices at 0, 1, … along `axis`, without that axis.
  public func unstacked(along axis: Int = 0) -> [IntTensor] {
    let axis = shape.normalized(axis, "unstacked")
    return (0..<shape[axis]).map { sliced($0..<$0 + 1, along: axis).squeezed(at: axis) }
  }
}
