// Reshaping, permuting and slicing: views where strides allow it, else copies.

extension Tensor {
  /// Reshapes to `sizes`, an array or a ``Shape``, in row-major order; one size may be -1 and is
  /// inferred from the others.
  public func reshaped(to sizes: some Collection<Int>) -> Tensor {
    let shape = self.shape.completed(sizes)
    if shape == self.shape { return self }
    if let trace = Trace.current {
      return trace.record(ReshapeOperation(sizes: Array(shape)), [self])
    }
    guard shape.elementCount == count else { failShapes("reshaped", self.shape, shape) }
    let own = self.shape
    let source = contiguous()
    return Tensor(
      shape: shape, strides: shape.rowMajorStrides, layout: .rowMajor, offset: source.offset,
      storage: source.storage
    ).recorded("reshaped", [node]) { gradient in [gradient.reshaped(to: own)] }
  }

  /// Flattens the axes from `axis` on, all by default, into one: `[N, C, H, W]` from 1 to `[N,
  /// CHW]`.
  public func flattened(from axis: Int = 0) -> Tensor {
    if let trace = Trace.current {
      return trace.record(FlattenOperation(axis: axis), [self])
    }
    return reshaped(to: shape.flattened(from: axis))
  }

  /// Permutes the axes: axis i of the result is axis `order[i]` of this tensor. A view.
  public func permuted(_ order: [Int]) -> Tensor {
    if let trace = Trace.current {
      return trace.record(PermutationOperation(order: order), [self])
    }
    let order = order.map { shape.normalized($0, "permuted") }
    guard order.count == rank, Set(order).count == rank else {
      fail("permuted: \(order) is not a permutation of the axes of \(shape)")
    }
    if order == Array(0..<rank) { return self }
    var strides = Strides(repeating: 0)
    for (axis, source) in order.enumerated() { strides[axis] = self.strides[source] }
    var inverse = order
    for (axis, source) in order.enumerated() { inverse[source] = axis }
    let permuted = Shape(order.map { shape[$0] })
    // Axes that were permuted before, such as heads, may be back in order; one of size 1 may have
    // any stride.
    let ordered = permuted.rowMajorStrides
    let isInOrder = permuted.indices.allSatisfy {
      permuted[$0] == 1 || strides[$0] == ordered[$0]
    }
    return Tensor(
      shape: permuted, strides: isInOrder ? ordered : strides,
      layout: isInOrder ? .rowMajor : .strided, offset: offset, storage: storage
    ).recorded("permuted", [node]) { gradient in [gradient.permuted(inverse)] }
  }

  /// Exchanges two axes, the last two by default. A view.
  public func transposed(_ first: Int = -2, _ second: Int = -1) -> Tensor {
    var order = Array(0..<rank)
    order.swapAt(
      shape.normalized(first, "transposed"), shape.normalized(second, "transposed"))
    return permuted(order)
  }

  /// The slice with indices `range` along `axis`. A view.
  public func sliced(_ range: Range<Int>, along axis: Int) -> Tensor {
    let axis = shape.normalized(axis, "sliced")
    guard range.lowerBound >= 0, range.upperBound <= shape[axis] else {
      fail("sliced: \(range) is not within axis \(axis) of \(shape)")
    }
    if range.count == shape[axis] { return self }
    if let trace = Trace.current {
      return trace.record(SliceOperation(range, along: axis), [self])
    }
    let view = Tensor(
      shape: shape.replacing(axis, with: range.count), strides: strides,
      layout: layoutOfSlice(axis), offset: offset + range.lowerBound * strides[axis],
      storage: storage)
    guard let (collector, step) = SliceGradients.collecting(for: self) else { return view }
    return view.recorded("sliced", [step]) { gradient in
      [collector.add(gradient, range, along: axis)]
    }
  }

  private func layoutOfSlice(_ axis: Int) -> Layout {
    switch layout {
    case .rowMajor where shape.prefix(axis).allSatisfy { $0 == 1 }: .rowMajor
    case .channelsLast where axis == 0: .channelsLast
    case .channelsLast where axis == 1, .channelSlice where axis <= 1: .channelSlice
    default: .strided
    }
  }

  /// Removes the axis at `axis`, whose size must be 1. A view.
  public func squeezed(at axis: Int) -> Tensor {
    if let trace = Trace.current {
      return trace.record(SqueezeOperation(axis: axis), [self])
    }
    let axis = shape.normalized(axis, "squeezed")
    guard shape[axis] == 1 else { failShape("squeezed", shape, expected: "size 1 at axis \(axis)") }
    return restrided(shape.removing(axis), "squeezed") { old in
      var sizes = Array(0..<8).map { old[$0] }
      sizes.remove(at: axis)
      return sizes + [0]
    }
  }

  /// Inserts an axis of size 1 at `axis`. A view.
  public func unsqueezed(at axis: Int) -> Tensor {
    if let trace = Trace.current {
      return trace.record(UnsqueezeOperation(axis: axis), [self])
    }
    let axis = axis < 0 ? axis + rank + 1 : axis
    guard axis >= 0, axis <= rank else { fail("unsqueezed: axis \(axis) for shape \(shape)") }
    return restrided(shape.inserting(1, at: axis), "unsqueezed") { old in
      var sizes = Array(0..<7).map { old[$0] }
      sizes.insert(0, at: axis)
      return sizes
    }
  }

  private func restrided(
    _ shape: Shape, _ operation: StaticString, _ change: (Strides) -> [Int]
  ) -> Tensor {
    let own = self.shape
    return Tensor(
      shape: shape, strides: layout == .rowMajor ? shape.rowMajorStrides : Strides(change(strides)),
      layout: layout == .rowMajor ? .rowMajor : .strided, offset: offset, storage: storage
    ).recorded(operation, [node]) { gradient in [gradient.reshaped(to: own)] }
  }
}
