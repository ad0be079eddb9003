// Flipped, strided and tiled axes.

extension Tensor {
  /// A view of the slices along `axis` in reverse order.
  public func flipped(along axis: Int) -> Tensor {
    if let trace = Trace.current {
      return trace.record(FlipOperation(axis: axis), [self])
    }
    let axis = shape.normalized(axis, "flipped")
    guard shape[axis] > 1 else { return self }
    var strides = strides
    strides[axis] *= -1
    return Tensor(
      shape: shape, strides: strides, layout: .strided,
      offset: offset + (shape[axis] - 1) * self.strides[axis], storage: storage
    ).recorded("flipped", [node]) { gradient in [gradient.flipped(along: axis)] }
  }

  /// A view of the slices 0, `step`, 2 `step`, … along `axis`.
  public func strided(by step: Int, along axis: Int) -> Tensor {
    if let trace = Trace.current {
      return trace.record(StrideOperation(step: step, axis: axis), [self])
    }
    let axis = shape.normalized(axis, "strided")
    guard step > 0 else { fail("strided: a step of \(step), expected 1 or more") }
    let own = shape
    return everySlice(step, axis).recorded("strided", [node]) { gradient in
      [gradient.spread(by: step, along: axis, to: own)]
    }
  }

  private func everySlice(_ step: Int, _ axis: Int) -> Tensor {
    var strides = strides
    strides[axis] *= step
    return Tensor(
      shape: shape.replacing(axis, with: (shape[axis] + step - 1) / step), strides: strides,
      layout: .strided, offset: offset, storage: storage)
  }

  /// The adjoint of ``strided(by:along:)``: a tensor of `shape` with these slices and 0 elsewhere.
  private func spread(by step: Int, along axis: Int, to shape: Shape) -> Tensor {
    let result = Tensor(zeros: shape)
    result.everySlice(step, axis).overwrite(with: self)
    return result.recorded("spread", [node]) { gradient in [gradient.strided(by: step, along: axis)]
    }
  }

  /// Repeats this tensor `repeats[i]` times along axis i.
  public func tiled(_ repeats: [Int]) -> Tensor {
    guard repeats.count == rank, repeats.allSatisfy({ $0 >= 0 }) else {
      fail("tiled: \(repeats) times shape \(shape)")
    }
    return repeats.enumerated().reduce(self) { tensor, times in
      switch times.element {
      case 0: tensor.sliced(0..<0, along: times.offset)
      case 1: tensor
      default:
        concatenate([Tensor](repeating: tensor, count: times.element), along: times.offset)
      }
    }
  }
}
