#if ONNX
import GannetTensor

extension Operator {
  static let norms: [String: Operator] = [
    "BatchNormalization": Operator(5...5) { node in
      try node.require("training_mode", 0)
      let epsilon = try node.float("epsilon", 1e-5)
      return { x in
        try checkChannels(x, parameters: 1...4)
        let images = x.rank(0) == 2 ? x[0] : imagesOfRows(x[0])
        let y = batchNorm(
          images, mean: x[3].detached(), variance: x[4].detached(), weight: x[1], bias: x[2],
          epsilon: epsilon)
        return [.tensor(y.reshaped(to: x.shape(0)))]
      }
    },
    "LayerNormalization": Operator(2...3) { node in
      let (axis, epsilon) = (try node.int("axis", -1), try node.float("epsilon", 1e-5))
      return { x in
        let first = try x.axis(axis)
        let shape = try normalizedShape(x, from: first)
        let weight = x[1].expanded(to: shape)
        let bias = x.optionalTensor(2)?.expanded(to: shape) ?? Tensor(zeros: shape)
        let y = layerNorm(x[0], weight: weight, bias: bias, epsilon: epsilon)
        guard node.outputs.count > 1 else { return [.tensor(y)] }
        let axes = Axes(first..<x.rank(0))
        let mean = x[0].mean(along: axes, keepingAxes: true)
        let variance = ((x[0] - mean) * (x[0] - mean)).mean(along: axes, keepingAxes: true)
        return [.tensor(y), .tensor(mean), .tensor(1 / sqrt(variance + epsilon))]
      }
    },
    "RMSNormalization": Operator(2...2) { node in
      let (axis, epsilon) = (try node.int("axis", -1), try node.float("epsilon", 1e-5))
      return { x in
        let shape = try normalizedShape(x, from: x.axis(axis))
        return [.tensor(rmsNorm(x[0], weight: x[1].expanded(to: shape), epsilon: epsilon))]
      }
    },
    "InstanceNormalization": Operator(3...3) { node in
      let epsilon = try node.float("epsilon", 1e-5)
      return { x in
        try checkChannels(x, parameters: 1...2)
        try x.require(
          x.rank(0) > 2 && !x.shape(0).dropFirst().contains(0), "channels with elements")
        return [.tensor(grouped(x, x[1], x[2], groups: x.shape(0)[1], epsilon))]
      }
    },
    "GroupNormalization": Operator(3...3) { node in
      let (groups, epsilon) = (try node.int("num_groups"), try node.float("epsilon", 1e-5))
      let isByGroup = node.opset < 21
      return { x in
        try x.require(
          x.rank(0) > 1 && !x.shape(0).dropFirst().contains(0), "channels with elements")
        let channels = x.shape(0)[1]
        try x.require(groups > 0 && channels % groups == 0, "channels that make \(groups) groups")
        let parameters: Shape = [isByGroup ? groups : channels]
        try x.require(
          x.shape(1) == parameters && x.shape(2) == parameters, "parameters of shape \(parameters)")
        func ofChannels(_ parameter: Tensor) -> Tensor {
          guard isByGroup else { return parameter }
          return parameter.unsqueezed(at: 1).expanded(to: [groups, channels / groups])
            .reshaped(to: [channels])
        }
        return [.tensor(grouped(x, ofChannels(x[1]), ofChannels(x[2]), groups: groups, epsilon))]
      }
    },
    "LpNormalization": Operator(1...1) { node in
      let (axis, order) = (try node.int("axis", -1), try node.int("p", 2))
      guard (1...2).contains(order) else { throw node.fault("has p = \(order)") }
      return { x in
        let axes = Axes([try x.axis(axis)])
        let norm = x[0].norm(order == 1 ? .l1 : .l2, along: axes, keepingAxes: true)
        // A line of zeros stays one.
        return [.tensor(x[0] / norm.replacing(with: Tensor(1), where: norm .== 0))]
      }
    },
    "MeanVarianceNormalization": Operator(1...1) { node in
      let listed = try node.ints("axes") ?? [0, 2, 3]
      return { x in
        let axes = Axes(try listed.map { try x.axis($0) })
        let centered = x[0] - x[0].mean(along: axes, keepingAxes: true)
        let variance = (centered * centered).mean(along: axes, keepingAxes: true)
        return [.tensor(centered / (sqrt(variance) + 1e-9))]
      }
    },
    // The norm of AlexNet, by the squares of neighbouring channels.
    "LRN": Operator(1...1) { node in
      let (alpha, beta) = (try node.float("alpha", 1e-4), try node.float("beta", 0.75))
      let (bias, size) = (try node.float("bias", 1), try node.int("size"))
      guard (1...1 << 12).contains(size) else { throw node.fault("has the size \(size)") }
      return { x in
        try x.require(x.rank(0) >= 2, "channels")
        let channels = x.shape(0)[1]
        let (before, after) = ((size - 1) / 2, size - 1 - (size - 1) / 2)
        func pads(_ count: Int) -> [Int] { (0..<x.rank(0)).map { $0 == 1 ? count : 0 } }
        _ = try x.shape(x.shape(0).indices.map { x.shape(0)[$0] + pads(size - 1)[$0] })
        let squares = (x[0] * x[0]).padded(before: pads(before), after: pads(after))
        let sum = (1..<size).reduce(squares.sliced(0..<channels, along: 1)) {
          $0 + squares.sliced($1..<$1 + channels, along: 1)
        }
        return [.tensor(x[0] / pow(sum * (alpha / Float(size)) + bias, beta))]
      }
    },
  ]

  private static func checkChannels(_ x: NodeInputs, parameters: ClosedRange<Int>) throws {
    try x.require(x.rank(0) > 1 && x.shape(0)[1] > 0, "channels")
    let wanted: Shape = [x.shape(0)[1]]
    try x.require(parameters.allSatisfy { x.shape($0) == wanted }, "parameters of shape \(wanted)")
  }

  /// The shape of the axes from `first` on, to which all other inputs broadcast.
  private static func normalizedShape(_ x: NodeInputs, from first: Int) throws -> Shape {
    let shape = Shape(Array(x.shape(0).dropFirst(first)))
    try x.require(shape.elementCount > 0, "elements to normalize")
    for index in 1..<x.count where x.optional(index) != nil {
      try x.require(
        x.shape(index).broadcast(with: shape) == shape, "parameters that broadcast to \(shape)")
    }
    return shape
  }

  /// Images `[N, C, 1, ...]` of `[N, C, ...]`.
  private static func imagesOfRows(_ x: Tensor) -> Tensor {
    if x.rank == 4 { return x }
    let shape = x.shape
    return x.reshaped(to: [shape[0], shape[1], 1, shape.dropFirst(2).reduce(1, *)])
  }

  private static func grouped(
    _ x: NodeInputs, _ weight: Tensor, _ bias: Tensor, groups: Int, _ epsilon: Float
  ) -> Tensor {
    groupNorm(imagesOfRows(x[0]), groups: groups, weight: weight, bias: bias, epsilon: epsilon)
      .reshaped(to: x.shape(0))
  }
}
#endif
