#if ONNX
import GannetTensor

extension Operator {
  static let recurrentLayers: [String: Operator] = [
    "LSTM": recurrent { node in
      try node.require("input_forget", 0)
      try checkActivations(node, ["Sigmoid", "Tanh", "Tanh"])
      return .lstm
    },
    "GRU": recurrent { node in
      try checkActivations(node, ["Sigmoid", "Tanh"])
      return try node.bool("linear_before_reset") ? .gru : .gruResetBeforeProduct
    },
    "RNN": recurrent { node in
      guard Set(try node.strings("activations") ?? ["Tanh"]).count == 1 else {
        throw node.fault("has activations of several kinds", .unsupported)
      }
      switch try node.strings("activations")?.first ?? "Tanh" {
      case "Tanh": return .tanh
      case "Relu": return .relu
      case let other: throw node.fault("has the activation \(other)", .unsupported)
      }
    },
  ]

  private static func checkActivations(_ node: ImportedNode, _ usual: [String]) throws {
    let found = try node.strings("activations") ?? usual
    guard found == usual || found == usual + usual else {
      throw node.fault("has the activations \(found)", .unsupported)
    }
  }

  /// A recurrent layer. Inputs: x, W, R, B, lengths, state, cell state.
  private static func recurrent(
    _ kind: @escaping @Sendable (ImportedNode) throws -> RecurrentKind
  ) -> Operator {
    Operator(3...8) { node in
      let kind = try kind(node)
      try node.require("layout", 0)
      guard !node.has("clip"), node.inputs.count < 8 || node.inputs[7].isEmpty else {
        throw node.fault("clips, or has peepholes", .unsupported)
      }
      let direction = try node.string("direction", "forward")
      guard ["forward", "reverse", "bidirectional"].contains(direction) else {
        throw node.fault("has the direction \(direction)")
      }
      let isReverse = direction == "reverse"
      if isReverse, node.inputs.count > 4, !node.inputs[4].isEmpty {
        throw node.fault("reads backwards from lengths", .unsupported)
      }
      return { x in
        let features = isReverse ? x[0].flipped(along: 0) : x[0]
        let directions = x[1].shape[0]
        let weights = (0..<directions).map { index in
          let biases = x.optionalTensor(3).map { $0[index].split(into: 2) }
          return RecurrentWeights(
            input: kind.ordered(x[1][index]), state: kind.ordered(x[2][index]),
            inputBias: biases.map { kind.ordered($0[0]) },
            stateBias: biases.map { kind.ordered($0[1]) })
        }
        let lengths = x.optional(4) == nil ? nil : x.integers(4)
        let result = GannetTensor.recurrent(
          kind, .features(features), weights: weights, state: x.optionalTensor(5),
          cellState: x.optionalTensor(6), lengths: lengths)
        let (steps, count) = (features.shape[0], features.shape[1])
        let byDirection = result.output.reshaped(to: [steps, count, directions, -1])
          .permuted([0, 2, 1, 3])
        let output = isReverse ? byDirection.flipped(along: 0) : byDirection
        return [output, result.state, result.cell].compactMap { $0.map { GraphValue.tensor($0) } }
      }
    }
  }
}

extension RecurrentKind {
  /// The gates' rows in PyTorch's order, of those in ONNX's.
  fileprivate func ordered(_ rows: Tensor) -> Tensor {
    let places: [Int] =
      switch self {
      case .tanh, .relu: [0]
      case .lstm: [0, 2, 3, 1]
      case .gru, .gruResetBeforeProduct: [1, 0, 2]
      }
    let gates = rows.split(into: places.count)
    return concatenate(places.map { gates[$0] })
  }
}
#endif
