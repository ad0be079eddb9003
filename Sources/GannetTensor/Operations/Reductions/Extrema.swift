import CGannetKernels

// Maxima and minima along axes, and their indices. They propagate NaN.

extension Tensor {
  /// The maximum along `axes`, all by default, which are removed or, with `keepingAxes`, kept at
  /// size 1.
  ///
  /// The gradient goes to the first maximum.
  public func max(along axes: Axes = .all, keepingAxes: Bool = false) -> Tensor {
    if let trace = Trace.current {
      return trace.record(
        ReductionOperation(kind: .maximum, axes: axes, keepingAxes: keepingAxes), [self])
    }
    return extremum("max", axes, keepingAxes, sign: 1)
  }

  /// The minimum along `axes`, all by default, which are removed or, with `keepingAxes`, kept at
  /// size 1.
  ///
  /// The gradient goes to the first minimum.
  public func min(along axes: Axes = .all, keepingAxes: Bool = false) -> Tensor {
    if let trace = Trace.current {
      return trace.record(
        ReductionOperation(kind: .minimum, axes: axes, keepingAxes: keepingAxes), [self])
    }
    return extremum("min", axes, keepingAxes, sign: -1)
  }

  /// The index of the first maximum along `axes`, all by default, which are removed.
  ///
  /// For several axes it is the row-major index into their elements; without `along:`, the index
  /// into ``scalars``. The predicted classes of logits `[N, K]` are `argmax(along: -1)`.
  public func argmax(along axes: Axes = .all) -> IntTensor {
    if let trace = Trace.current {
      let operation = ExtremumPlaceOperation(isMaximum: true, axes: axes)
      return trace.record(operation, [.tensor(self)])[0].integers
    }
    return AxisReduction(self, axes, "argmax").extrema(of: self, "argmax", sign: 1).indices
  }

  /// The index of the first minimum along `axes`, all by default, which are removed; of several axes
  /// as for ``argmax(along:)``.
  public func argmin(along axes: Axes = .all) -> IntTensor {
    if let trace = Trace.current {
      let operation = ExtremumPlaceOperation(isMaximum: false, axes: axes)
      return trace.record(operation, [.tensor(self)])[0].integers
    }
    return AxisReduction(self, axes, "argmin").extrema(of: self, "argmin", sign: -1).indices
  }

  private func extremum(
    _ operation: StaticString, _ axes: Axes, _ keepingAxes: Bool, sign: Float
  ) -> Tensor {
    let reduction = AxisReduction(self, axes, operation)
    let (values, indices) = reduction.extrema(of: self, operation, sign: sign)
    let (outer, size, inner) = (reduction.outer, reduction.reduced, reduction.inner)
    let places = indices.reshaped(to: [outer, 1, inner])
    let shaped = keepingAxes ? values : values.reshaped(to: reduction.squeezedShape)
    return shaped.recorded(operation, [node]) { gradient in
      let spread = Tensor(zeros: [outer, size, inner]).scatterAdding(
        gradient.reshaped(to: [outer, 1, inner]), at: places, along: 1)
      return [reduction.restored(spread)]
    }
  }
}

extension AxisReduction {
  /// The maxima, or minima for `sign` -1, in the shape with kept axes, and their indices in the
  /// flattened reduced axes, in the shape without them.
  fileprivate func extrema(
    of tensor: Tensor, _ operation: StaticString, sign: Float
  ) -> (values: Tensor, indices: IntTensor) {
    guard reduced > 0 else { failShape(operation, tensor.shape, expected: "an element at least") }
    let source = arranged(tensor)
    let values = Tensor(uninitialized: keptShape)
    let blocks = AxisBlocks(source, 1)
    let (from, to) = (source.pointer, values.pointer)
    let indices = [Int32](uninitialized: values.count) { places in
      blocks.forEachPart { part in
        gannet_extremum(
          from + part.offset, inner, reduced, part.count, sign, to + part.reducedOffset,
          places + part.reducedOffset)
      }
    }
    return withExtendedLifetime(source.storage) {
      (values, IntTensor(indices, shape: squeezedShape))
    }
  }
}

// MARK: Top k

extension Tensor {
  /// The `count` largest elements along `axis`, the last by default, in descending order, and their
  /// indices; equal ones are ordered by index. Both have the shape of this tensor with size `count`
  /// along `axis`.
  ///
  /// The cost is about the axis's size for random order, at worst this times `count`.
  public func topK(_ count: Int, along axis: Int = -1) -> (values: Tensor, indices: IntTensor) {
    let axis = shape.normalized(axis, "topK")
    guard count >= 0, count <= shape[axis] else {
      fail("topK: \(count) elements of axis \(axis) of shape \(shape)")
    }
    let source = detached().contiguous()
    let values = Tensor(uninitialized: shape.replacing(axis, with: count))
    let blocks = AxisBlocks(source, axis)
    let (from, to) = (source.pointer, values.pointer)
    let places = [Int32](uninitialized: values.count) { places in
      blocks.forEachPart { part in
        let offset = part.offset(size: count)
        gannet_top(
          from + part.offset, blocks.inner, blocks.size, part.count, count, to + offset,
          places + offset)
      }
    }
    let indices = IntTensor(places, shape: values.shape)
    let own = shape
    return withExtendedLifetime(source.storage) {
      let recorded = values.recorded("topK", [node]) { gradient in
        [Tensor(zeros: own).scatterAdding(gradient, at: indices, along: axis)]
      }
      return (recorded, indices)
    }
  }
}
