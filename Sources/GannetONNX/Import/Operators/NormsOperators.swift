#if ONNX
import GannetTensor

extension Operator {
  static let norms: [String: Operator] = [
    "BatchNormalization": Operator(5...5) { node in
      try node.require("training_mode", 0)
      let epsilon = try node.float("epsilon", 1e-5)
      return { x in
        let isSequence = x[0].rank == 3
        let y = batchNorm(
          isSequence ? x[0].unsqueezed(at: 3) : x[0], mean: x[3].detached(),
          variance: x[4].detached(), weight: x[1], bias: x[2], epsilon: epsilon)
        return [.tensor(isSequence ? y.squeezed(at: 3) : y)]
      }
    },
    "LayerNormalization": Operator(2...3) { node in
      guard node.outputs.count == 1 else { throw node.fault("has statistics", .unsupported) }
      let (axis, epsilon) = (try node.int("axis", -1), try node.float("epsilon", 1e-5))
      return { x in
        let first = axis < 0 ? axis + x[0].rank : axis
        let shape = Shape(Array(x[0].shape.dropFirst(max(0, first))))
        let weight = x[1].expanded(to: shape)
        let bias = x.optionalTensor(2)?.expanded(to: shape) ?? Tensor(zeros: shape)
        return [.tensor(layerNorm(x[0], weight: weight, bias: bias, epsilon: epsilon))]
      }
    },
    "InstanceNormalization": Operator(3...3) { node in
      let epsilon = try node.float("epsilon", 1e-5)
      return { x in [.tensor(grouped(x, groups: x[0].shape[1], epsilon))] }
    },
    "GroupNormalization": Operator(3...3) { node in
      guard node.opset >= 21 else {
        throw node.fault("has a weight for each group, as before opset 21", .unsupported)
      }
      let (groups, epsilon) = (try node.int("num_groups"), try node.float("epsilon", 1e-5))
      return { x in [.tensor(grouped(x, groups: groups, epsilon))] }
    },
  ]

  private static func grouped(_ x: NodeInputs, groups: Int, _ epsilon: Float) -> Tensor {
    let isSequence = x[0].rank == 3
    let y = groupNorm(
      isSequence ? x[0].unsqueezed(at: 3) : x[0], groups: groups, weight: x[1], bias: x[2],
      epsilon: epsilon)
    return isSequence ? y.squeezed(at: 3) : y
  }
}
#endif
