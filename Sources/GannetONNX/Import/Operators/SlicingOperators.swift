#if ONNX
import GannetTensor

extension Operator {
  static let slicing: [String: Operator] = [
    "Concat": Operator(1...Int.max) { node in
      let axis = try node.int("axis")
      return { x in
        let first = x.shape(0)
        let axis = try x.axis(axis)
        for index in 1..<max(1, x.count) {
          let shape = x.shape(index)
          try x.require(
            shape.rank == first.rank
              && first.indices.allSatisfy { $0 == axis || shape[$0] == first[$0] },
            "shapes that differ along axis \(axis) alone")
        }
        _ = try x.shape(
          first.indices.map { each in
            each == axis ? (0..<x.count).reduce(0) { $0 + x.shape($1)[axis] } : first[each]
          })
        return x.areIntegers
          ? [.integers(concatenate(try (0..<x.count).map(x.integers), along: axis))]
          : [.tensor(concatenate(x.tensors, along: axis))]
      }
    },
    "Split": Operator(1...2) { node in
      let axis = try node.int("axis")
      let (count, listed) = (
        try node.int("num_outputs", node.outputs.count), try node.ints("split")
      )
      guard (1...1 << 16).contains(count) else { throw node.fault("has \(count) results") }
      return { x in
        let axis = try x.axis(axis)
        let size = x.shape(0)[axis]
        let part = (size + count - 1) / count
        let equal = (0..<count).map { min(part, max(0, size - $0 * part)) }
        let sizes = try listed ?? x.optionalSizes(1) ?? equal
        try x.require(
          sizes.allSatisfy { (0...size).contains($0) } && sizes.reduce(0, +) == size,
          "parts of an axis of size \(size), not \(sizes)")
        var start = 0
        return sizes.map { part in
          defer { start += part }
          return x.value(0).sliced(start..<start + part, along: axis)
        }
      }
    },
    "Slice": Operator(3...5) { _ in
      { x in
        let (starts, ends) = (try x.sizes(1), try x.sizes(2))
        let axes = try (x.optionalSizes(3) ?? Array(starts.indices)).map { try x.axis($0) }
        let steps = try x.optionalSizes(4) ?? Array(repeating: 1, count: starts.count)
        try x.require(
          ends.count == starts.count && axes.count == starts.count && steps.count == starts.count
            && Set(axes).count == axes.count && !steps.contains(0),
          "bounds and steps of as many axes")
        return [
          starts.indices.reduce(x.value(0)) {
            $0.slice(from: starts[$1], to: ends[$1], along: axes[$1], by: steps[$1])
          }
        ]
      }
    },
    "Pad": Operator(2...4) { node in
      guard let mode = PadMode(rawValue: try node.string("mode", "constant")) else {
        throw node.fault("pads by an unknown mode", .unsupported)
      }
      return { x in
        let (rank, pads) = (x.rank(0), try x.sizes(1))
        let axes = try (x.optionalSizes(3) ?? Array(0..<rank)).map { try x.axis($0) }
        try x.require(
          pads.count == 2 * axes.count && Set(axes).count == axes.count, "two pads for each axis")
        var (before, after) = (Array(repeating: 0, count: rank), Array(repeating: 0, count: rank))
        for (number, axis) in axes.enumerated() {
          (before[axis], after[axis]) = (pads[number], pads[axes.count + number])
        }
        return [try mode.pad(x, before, after)]
      }
    },
    "CenterCropPad": Operator(2...2) { node in
      let listed = try node.ints("axes")
      return { x in
        let (shape, sizes) = (x.shape(0), try x.sizes(1))
        let axes = try (listed ?? Array(shape.indices)).map { try x.axis($0) }
        try x.require(
          axes.count == sizes.count && Set(axes).count == axes.count
            && sizes.allSatisfy { $0 >= 0 }, "a size for each axis")
        var (before, after) = (shape.map { _ in 0 }, shape.map { _ in 0 })
        for (axis, size) in zip(axes, sizes) {
          let added = size - shape[axis]
          (before[axis], after[axis]) = (added / 2, added - added / 2)
        }
        return [try PadMode.constant.pad(x, before, after)]
      }
    },
  ]
}

private enum PadMode: String {
  case constant
  case reflect
  case edge
  case wrap

  /// Input 0 with `before[i]` elements before and `after[i]` behind axis i; negative numbers remove them.
  func pad(_ x: NodeInputs, _ before: [Int], _ after: [Int]) throws -> GraphValue {
    var result = x.value(0)
    for axis in before.indices where min(before[axis], after[axis]) < 0 {
      let size = result.shape[axis]
      let (start, end) = (max(0, -before[axis]), size - max(0, -after[axis]))
      try x.require(start <= end, "more elements than it removes")
      result = result.sliced(start..<end, along: axis)
    }
    let (before, after) = (before.map { max(0, $0) }, after.map { max(0, $0) })
    let shape = result.shape
    _ = try x.shape(shape.indices.map { shape[$0] + before[$0] + after[$0] })
    guard self != .constant else { return try constant(x, result, before, after) }
    for axis in before.indices where before[axis] + after[axis] > 0 {
      let size = shape[axis]
      let limit = self == .edge ? size > 0 ? Int.max : 0 : self == .wrap ? size : size - 1
      try x.require(
        max(before[axis], after[axis]) <= limit, "an axis of more elements than the padding")
    }
    guard case .integers(let integers) = result else {
      let mode = [PadMode.reflect: PaddingMode.reflect, .edge: .replicate][self] ?? .circular
      return .tensor(result.floats.padded(before: before, after: after, mode: mode))
    }
    return .integers(
      shape.indices.reduce(integers) { tensor, axis in
        let size = shape[axis]
        let places = (-before[axis]..<size + after[axis]).map { place in
          switch self {
          case .reflect: size - 1 - abs(size - 1 - abs(place))
          case .wrap: (place + size) % size
          default: min(max(place, 0), size - 1)
          }
        }
        return tensor.slices(at: IntTensor(places), along: axis)
      })
  }

  private func constant(
    _ x: NodeInputs, _ value: GraphValue, _ before: [Int], _ after: [Int]
  ) throws -> GraphValue {
    guard case .integers(let integers) = value else {
      let number = x.optional(2) == nil ? 0 : try x.number(2)
      return .tensor(value.floats.padded(before: before, after: after, with: number))
    }
    let number = x.optional(2) == nil ? 0 : try x.integer(2)
    return .integers(
      before.indices.reduce(integers) { tensor, axis in
        func filled(_ count: Int) -> IntTensor {
          let shape = Shape(
            tensor.shape.indices.map { $0 == axis ? count : tensor.shape[$0] })
          return IntTensor(
            Array(repeating: Int32(number), count: shape.elementCount), shape: shape)
        }
        return concatenate([filled(before[axis]), tensor, filled(after[axis])], along: axis)
      })
  }
}

extension GraphValue {
  /// Every `step`th element from `start` up to `end`, both of which may be beyond the axis.
  fileprivate func slice(from start: Int, to end: Int, along axis: Int, by step: Int) -> GraphValue
  {
    let size = shape[axis]
    func place(_ index: Int, _ least: Int, _ most: Int) -> Int {
      min(max(index < 0 ? index + size : index, least), most)
    }
    if step < 0 {
      // Backwards from an element to another is forwards, by as much, where the axis is flipped.
      let (first, last) = (place(start, -1, size - 1), end < -size ? -1 : place(end, -1, size - 1))
      return flipped(axis).slice(
        from: size - 1 - first, to: size - 1 - last, along: axis, by: -step)
    }
    let first = place(start, 0, size)
    let range = first..<max(first, place(end, 0, size))
    if step == 1 { return sliced(range, along: axis) }
    switch self {
    case .tensor(let tensor):
      return .tensor(tensor.sliced(range, along: axis).strided(by: step, along: axis))
    case .integers(let integers):
      let places = Array(Swift.stride(from: range.lowerBound, to: range.upperBound, by: step))
      return .integers(integers.slices(at: IntTensor(places), along: axis))
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
