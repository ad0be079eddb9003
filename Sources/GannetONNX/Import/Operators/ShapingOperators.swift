#if ONNX
import GannetTensor

extension Operator {
  static let shaping: [String: Operator] = [
    "Reshape": Operator(2...2) { node in
      let allowsZero = try node.bool("allowzero")
      return { x in
        let own = x.value(0).shape
        let sizes = x.sizes(1).enumerated().map { axis, size in
          size == 0 && !allowsZero && axis < own.rank ? own[axis] : size
        }
        return [x.value(0).reshaped(to: sizes)]
      }
    },
    "Flatten": Operator(1...1) { node in
      let axis = try node.int("axis", 1)
      return { x in
        let shape = x.value(0).shape
        let place = max(0, axis < 0 ? axis + shape.rank : axis)
        return [x.value(0).reshaped(to: [shape.prefix(place).reduce(1, *), -1])]
      }
    },
    "Transpose": Operator(1...1) { node in
      let order = try node.ints("perm")
      return { x in
        let order = order ?? Array((0..<x.value(0).shape.rank).reversed())
        switch x.value(0) {
        case .tensor(let tensor): return [.tensor(tensor.permuted(order))]
        case .integers(let integers): return [.integers(integers.permuted(order))]
        }
      }
    },
    "Squeeze": Operator(1...2) { _ in
      { x in
        let shape = x.value(0).shape
        let axes =
          x.optionalSizes(1)?.map { $0 < 0 ? $0 + shape.rank : $0 }
          ?? shape.indices.filter { shape[$0] == 1 }
        let rest = shape.indices.filter { !axes.contains($0) }.map { shape[$0] }
        return [x.value(0).reshaped(to: rest)]
      }
    },
    "Unsqueeze": Operator(2...2) { _ in
      { x in
        let rank = x.value(0).shape.rank + x.sizes(1).count
        let axes = Set(x.sizes(1).map { $0 < 0 ? $0 + rank : $0 })
        var own = x.value(0).shape.makeIterator()
        let sizes = (0..<rank).map { axes.contains($0) ? 1 : own.next() ?? 1 }
        return [x.value(0).reshaped(to: sizes)]
      }
    },
    "Expand": Operator(2...2) { _ in
      { x in
        let own = x.value(0).shape
        guard let shape = own.broadcast(with: Shape(x.sizes(1))) else {
          fail("ONNXModel: \(x.node.description) expands \(own) to \(x.sizes(1))")
        }
        switch x.value(0) {
        case .tensor(let tensor): return [.tensor(tensor.expanded(to: shape))]
        case .integers(let integers):
          return [.integers(IntTensor(integers.expanded(to: shape), shape: shape))]
        }
      }
    },
    "Concat": Operator(1...Int.max) { node in
      let axis = try node.int("axis")
      return { x in
        x.areIntegers
          ? [.integers(concatenate((0..<x.count).map(x.integers), along: axis))]
          : [.tensor(concatenate((0..<x.count).map { x[$0] }, along: axis))]
      }
    },
    "Split": Operator(1...2) { node in
      let axis = try node.int("axis")
      let count = node.outputs.count
      return { x in
        let size = x.value(0).shape[x.value(0).shape.normalized(axis, "Split")]
        let part = (size + count - 1) / count
        let equal = (0..<count).map { min(part, max(0, size - $0 * part)) }
        let sizes = x.optionalSizes(1) ?? equal
        switch x.value(0) {
        case .tensor(let tensor): return tensor.split(sizes: sizes, along: axis).map { .tensor($0) }
        case .integers(let integers):
          return integers.split(sizes: sizes, along: axis).map { .integers($0) }
        }
      }
    },
    "Pad": Operator(2...4) { node in
      let modes: [String: PaddingMode] = [
        "constant": .zeros, "reflect": .reflect, "edge": .replicate, "wrap": .circular,
      ]
      guard let mode = modes[try node.string("mode", "constant")] else {
        throw node.fault("pads by an unknown mode", .unsupported)
      }
      return { x in
        let (rank, pads) = (x[0].rank, x.sizes(1))
        let axes = x.optionalSizes(3) ?? Array(0..<rank)
        guard pads.count == 2 * axes.count else {
          fail("ONNXModel: \(x.node.description) pads axes \(axes) by \(pads)")
        }
        var (before, after) = (Array(repeating: 0, count: rank), Array(repeating: 0, count: rank))
        for (number, axis) in axes.enumerated() {
          let place = x[0].shape.normalized(axis, "Pad")
          (before[place], after[place]) = (pads[number], pads[axes.count + number])
        }
        guard mode == .zeros else {
          return [.tensor(x[0].padded(before: before, after: after, mode: mode))]
        }
        let value = x.optionalTensor(2)?.scalar ?? 0
        return [.tensor(x[0].padded(before: before, after: after, with: value))]
      }
    },
    "Tile": Operator(2...2) { _ in { [.tensor($0[0].tiled($0.sizes(1)))] } },
  ]
}

extension GraphValue {
  fileprivate func reshaped(to sizes: [Int]) -> GraphValue {
    switch self {
    case .tensor(let tensor): .tensor(tensor.reshaped(to: sizes))
    case .integers(let integers): .integers(integers.reshaped(to: sizes))
    }
  }
}
#endif
