#if ONNX
import GannetTensor

extension Operator {
  static let indexing: [String: Operator] = [
    "Gather": Operator(2...2) { node in
      let axis = try node.int("axis")
      return { x in
        let shape = x.value(0).shape
        let places = x.integers(1).countedFromStart(shape[shape.normalized(axis, "Gather")])
        switch x.value(0) {
        case .tensor(let tensor) where axis == 0 && tensor.rank == 2:
          return [.tensor(tensor.rows(at: places))]
        case .tensor(let tensor): return [.tensor(tensor.slices(at: places, along: axis))]
        case .integers(let integers):
          return [.integers(integers.slices(at: places, along: axis))]
        }
      }
    },
    "GatherElements": Operator(2...2) { node in
      let axis = try node.int("axis")
      return { x in
        let shape = x.value(0).shape
        let places = x.integers(1).countedFromStart(shape[shape.normalized(axis, "Gather")])
        switch x.value(0) {
        case .tensor(let tensor): return [.tensor(tensor.gathered(at: places, along: axis))]
        case .integers(let integers):
          return [.integers(integers.gathered(at: places, along: axis))]
        }
      }
    },
    "GatherND": Operator(2...2) { node in
      try node.require("batch_dims", 0)
      return { x in
        let places = x.value(0).shape.rows(at: x.integers(1))
        let depth = x.integers(1).shape.last ?? 0
        let sizes = [-1] + x.value(0).shape.dropFirst(depth)
        switch x.value(0) {
        case .tensor(let tensor):
          return [.tensor(tensor.reshaped(to: sizes).slices(at: places))]
        case .integers(let integers):
          return [.integers(integers.reshaped(to: sizes).slices(at: places))]
        }
      }
    },
    "Slice": Operator(3...5) { _ in
      { x in
        let (starts, ends) = (x.sizes(1), x.sizes(2))
        let axes = x.optionalSizes(3) ?? Array(starts.indices)
        let steps = x.optionalSizes(4) ?? Array(repeating: 1, count: starts.count)
        guard ends.count == starts.count, axes.count == starts.count, steps.count == starts.count
        else { fail("ONNXModel: \(x.node.description) has bounds of several lengths") }
        return [
          starts.indices.reduce(x.value(0)) {
            $0.slice(from: starts[$1], to: ends[$1], along: axes[$1], by: steps[$1])
          }
        ]
      }
    },
    "OneHot": Operator(3...3) { node in
      try node.require("axis", -1)
      return { x in
        let count = x.value(1).floats.reshaped(to: [-1])[0].scalar
        let (off, on) = (x[2][0], x[2][1])
        let indices = x.integers(0).countedFromStart(Int(count))
        return [
          .tensor(Tensor(identity: Int(count)).slices(at: indices) * (on - off) + off)
        ]
      }
    },
    "Trilu": Operator(1...2) { node in
      let isUpper = try node.int("upper", 1) != 0
      return { x in
        let offset = x.optionalSizes(1)?.first ?? 0
        return [
          .tensor(isUpper ? x[0].upperTriangle(offset: offset) : x[0].lowerTriangle(offset: offset))
        ]
      }
    },
  ]
}

extension IntTensor {
  /// Places of an axis of `size`, of which negative ones count from the end.
  fileprivate func countedFromStart(_ size: Int) -> IntTensor {
    guard scalars.contains(where: { $0 < 0 }) else { return self }
    return IntTensor(scalars.map { $0 < 0 ? $0 &+ Int32(clamping: size) : $0 }, shape: shape)
  }
}

extension Shape {
  /// The places in the first axes at which `indices`, `[..., axes]`, are, in row-major order.
  fileprivate func rows(at indices: IntTensor) -> IntTensor {
    guard let depth = indices.shape.last, depth <= rank else {
      fail("ONNXModel: indices of shape \(indices.shape) into \(self)")
    }
    let count = indices.shape.dropLast().reduce(1, *)
    let places = (0..<count).map { row in
      (0..<depth).reduce(0) { place, axis in
        let index = Int(indices.scalars[row * depth + axis])
        let counted = index < 0 ? index + self[axis] : index
        guard counted >= 0, counted < self[axis] else {
          fail("ONNXModel: index \(index) of axis \(axis) of \(self)")
        }
        return place * self[axis] + counted
      }
    }
    return IntTensor(places).reshaped(to: Array(indices.shape.dropLast()))
  }
}

extension GraphValue {
  /// The elements from `start` up to `end`, which may be beyond the axis, by `step`.
  fileprivate func slice(from start: Int, to end: Int, along axis: Int, by step: Int) -> GraphValue
  {
    let axis = shape.normalized(axis, "Slice")
    let size = shape[axis]
    func place(_ index: Int, _ least: Int, _ most: Int) -> Int {
      min(max(index < 0 ? index + size : index, least), most)
    }
    if step < 0 {
      // The same elements of the reversed axis.
      let (first, last) = (place(start, -1, size - 1), end < -size ? -1 : place(end, -1, size - 1))
      return flipped(axis).slice(
        from: size - 1 - first, to: size - 1 - last, along: axis, by: -step)
    }
    let first = place(start, 0, size)
    let range = first..<max(first, place(end, 0, size))
    switch self {
    case .tensor(let tensor):
      let part = tensor.sliced(range, along: axis)
      return .tensor(step == 1 ? part : part.strided(by: step, along: axis))
    case .integers(let integers):
      let places = Swift.stride(from: range.lowerBound, to: range.upperBound, by: max(1, step))
      return step == 1
        ? .integers(integers.sliced(range, along: axis))
        : .integers(integers.slices(at: IntTensor(Array(places)), along: axis))
    }
  }

  private func flipped(_ axis: Int) -> GraphValue {
    switch self {
    case .tensor(let tensor): .tensor(tensor.flipped(along: axis))
    case .integers(let integers):
      .integers(
        integers.slices(at: IntTensor(Array((0..<shape[axis]).reversed())), along: axis))
    }
  }
}
#endif
