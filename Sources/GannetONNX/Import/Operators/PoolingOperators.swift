#if ONNX
import GannetTensor

extension Operator {
  static let pooling: [String: Operator] = [
    "MaxPool": Operator(1...1) { node in
      let windows = try PoolingWindows(node)
      let isColumnFirst = try node.bool("storage_order")
      guard node.outputs.count > 1 else { return { [.tensor(try windows.maxima($0))] } }
      return { x in
        [
          .tensor(try windows.maxima(x)),
          .integers(try windows.places(x, isColumnFirst: isColumnFirst)),
        ]
      }
    },
    // Inputs: maxima, their places in the pooled tensor, the result's shape.
    "MaxUnpool": Operator(2...3) { node in
      let windows = try PoolingWindows(node)
      return { x in
        try x.require(x.shape(0) == x.shape(1), "a place of each maximum")
        let shape = try x.shape(try windows.unpooled(x))
        let places = try x.places(1, of: shape.elementCount)
        // Where windows overlap, a place has the last of its maxima.
        var sources = Array(repeating: Int32(-1), count: shape.elementCount)
        for (source, place) in places.scalars.enumerated() {
          sources[Int(place)] = Int32(source)
        }
        try x.require(x.shape(0).elementCount > 0, "maxima")
        let elements = x[0].reshaped(to: [x.shape(0).elementCount])
          .slices(at: IntTensor(sources.map { max($0, 0) }, shape: shape))
        let isHit = Tensor(sources.map { $0 < 0 ? 0 : 1 }, shape: shape)
        let result = elements.replacing(with: Tensor(0), where: isHit .== 0)
        guard let wanted = try x.optionalSizes(2) else { return [.tensor(result)] }
        let spare = zip(wanted, shape).map { $0 - $1 }
        try x.require(
          wanted.count == shape.rank && spare.allSatisfy { $0 >= 0 }, "a shape of \(shape) or more")
        _ = try x.shape(wanted)
        return [.tensor(result.padded(before: wanted.map { _ in 0 }, after: spare))]
      }
    },
    "LpPool": Operator(1...1) { node in
      let windows = try PoolingWindows(node)
      let order = try node.int("p", 2)
      guard order > 0 else { throw node.fault("has p = \(order)") }
      return { [.tensor(try windows.norms($0, order: order))] }
    },
    "GlobalLpPool": Operator(1...1) { node in
      let order = try node.int("p", 2)
      guard order > 0 else { throw node.fault("has p = \(order)") }
      return { x in
        try x.require(x.rank(0) >= 2, "channels")
        let powers = pow(abs(x[0]), Float(order))
        let sum = powers.sum(along: Axes(2..<x.rank(0)), keepingAxes: true)
        return [.tensor(pow(sum, 1 / Float(order)))]
      }
    },
    "AveragePool": Operator(1...1) { node in
      let windows = try PoolingWindows(node)
      let countsPadding = try node.bool("count_include_pad")
      return { [.tensor(try windows.means($0, countsPadding: countsPadding))] }
    },
    "GlobalAveragePool": .tensors(1...1) { x in
      try x.require(x.rank(0) >= 2, "channels")
      return x[0].mean(along: Axes(2..<x.rank(0)), keepingAxes: true)
    },
    "GlobalMaxPool": .tensors(1...1) { x in
      try x.require(x.rank(0) >= 2 && !x.shape(0).contains(0), "channels with elements")
      return x[0].max(along: Axes(2..<x.rank(0)), keepingAxes: true)
    },
  ]
}
#endif
