#if ONNX
import GannetTensor

extension Operator {
  static let shaping: [String: Operator] = [
    "Reshape": Operator(2...2) { node in
      let allowsZero = try node.bool("allowzero")
      return { x in
        let own = x.shape(0)
        var sizes = try x.sizes(1).enumerated().map { axis, size in
          size == 0 && !allowsZero && axis < own.rank ? own[axis] : size
        }
        if let free = sizes.firstIndex(of: -1) {
          sizes[free] = 1
          let rest = try x.shape(sizes).elementCount
          try x.require(rest > 0 && own.elementCount % rest == 0, "sizes that fit, not \(sizes)")
          sizes[free] = own.elementCount / rest
        }
        let shape = try x.shape(sizes)
        try x.require(shape.elementCount == own.elementCount, "sizes that fit, not \(sizes)")
        return [x.value(0).reshaped(to: shape)]
      }
    },
    "Flatten": Operator(1...1) { node in
      let axis = try node.int("axis", 1)
      return { x in
        let shape = x.shape(0)
        let first = axis == shape.rank ? axis : try x.axis(axis)
        return [
          x.value(0).reshaped(
            to: [shape.prefix(first).reduce(1, *), shape.dropFirst(first).reduce(1, *)])
        ]
      }
    },
    "Transpose": Operator(1...1) { node in
      let order = try node.ints("perm")
      return { x in
        let axes = Array(x.shape(0).indices)
        let order = order ?? axes.reversed()
        try x.require(order.sorted() == axes, "a permutation of its axes, not \(order)")
        switch x.value(0) {
        case .tensor(let tensor): return [.tensor(tensor.permuted(order))]
        case .integers(let integers): return [.integers(integers.permuted(order))]
        }
      }
    },
    "Squeeze": Operator(1...2) { node in
      let listed = try node.ints("axes")
      return { x in
        let shape = x.shape(0)
        let axes =
          try (listed ?? x.optionalSizes(1))?.map { try x.axis($0) }
          ?? shape.indices.filter { shape[$0] == 1 }
        try x.require(axes.allSatisfy { shape[$0] == 1 }, "axes of size 1")
        let rest = shape.indices.filter { !axes.contains($0) }.map { shape[$0] }
        return [x.value(0).reshaped(to: Shape(rest))]
      }
    },
    "Unsqueeze": Operator(1...2) { node in
      let listed = try node.ints("axes")
      return { x in
        let inserted = try listed ?? x.optionalSizes(1) ?? []
        let rank = x.rank(0) + inserted.count
        let axes = Set(try inserted.map { try x.axis($0, rank: rank) })
        try x.require(axes.count == inserted.count, "axes that differ")
        var own = x.shape(0).makeIterator()
        let shape = try x.shape((0..<rank).map { axes.contains($0) ? 1 : own.next()! })
        return [x.value(0).reshaped(to: shape)]
      }
    },
    "Expand": Operator(2...2) { _ in
      { x in
        let own = x.shape(0)
        let wanted = try x.sizes(1)
        guard let shape = own.broadcast(with: try x.shape(wanted)) else {
          throw x.fault("expands to \(wanted)")
        }
        _ = try x.shape(Array(shape))
        switch x.value(0) {
        case .tensor(let tensor): return [.tensor(tensor.expanded(to: shape))]
        case .integers(let integers):
          return [.integers(IntTensor(integers.expanded(to: shape), shape: shape))]
        }
      }
    },
    "Tile": Operator(2...2) { _ in
      { x in
        let (shape, repeats) = (x.shape(0), try x.sizes(1))
        try x.require(
          repeats.count == shape.rank && repeats.allSatisfy { $0 >= 0 }, "a count for each axis")
        _ = try x.shape(zip(shape, repeats).map { $0 * $1 })
        guard case .integers(let integers) = x.value(0) else {
          return [.tensor(x[0].tiled(repeats))]
        }
        return [
          .integers(
            shape.indices.reduce(integers) { tensor, axis in
              tensor.slices(
                at: IntTensor((0..<shape[axis] * repeats[axis]).map { $0 % shape[axis] }),
                along: axis)
            })
        ]
      }
    },
    "DepthToSpace": Operator(1...1) { node in
      let block = try node.int("blocksize")
      let isColumnFirst = try node.string("mode", "DCR") == "CRD"
      return { x in
        let shape = x.shape(0)
        try x.require(
          shape.rank == 4 && (1...1 << 10).contains(block) && shape[1] % (block * block) == 0,
          "images whose channels make blocks")
        let (channels, sizes) = (shape[1] / (block * block), Array(shape.suffix(2)))
        let parts = isColumnFirst ? [channels, block, block] : [block, block, channels]
        let order = isColumnFirst ? [0, 1, 4, 2, 5, 3] : [0, 3, 4, 1, 5, 2]
        return [
          .tensor(
            x[0].reshaped(to: [shape[0]] + parts + sizes).permuted(order)
              .reshaped(to: [shape[0], channels, sizes[0] * block, sizes[1] * block]))
        ]
      }
    },
    "SpaceToDepth": Operator(1...1) { node in
      let block = try node.int("blocksize")
      let isColumnFirst = try node.string("mode", "DCR") == "CRD"
      return { x in
        let shape = x.shape(0)
        try x.require(
          shape.rank == 4 && (1...1 << 20).contains(block)
            && shape.suffix(2).allSatisfy { $0 % block == 0 }, "images of whole blocks")
        let (rows, columns) = (shape[2] / block, shape[3] / block)
        return [
          .tensor(
            x[0].reshaped(to: [shape[0], shape[1], rows, block, columns, block])
              .permuted(isColumnFirst ? [0, 1, 3, 5, 2, 4] : [0, 3, 5, 1, 2, 4])
              .reshaped(to: [shape[0], shape[1] * block * block, rows, columns]))
        ]
      }
    },
  ]
}
#endif
