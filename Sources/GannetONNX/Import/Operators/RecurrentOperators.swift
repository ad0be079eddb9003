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
      let isBatchFirst = try node.bool("layout")
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
      let directions = direction == "bidirectional" ? 2 : 1
      return { x in
        let sizes = try RecurrentSizes(x, directions, gates: kind.gateCount, isBatchFirst)
        let inOrder = isBatchFirst ? x[0].transposed(0, 1) : x[0]
        let features = isReverse ? inOrder.flipped(along: 0) : inOrder
        let weights = (0..<directions).map { index in
          let biases = x.optionalTensor(3).map { $0[index].split(into: 2) }
          return RecurrentWeights(
            input: kind.ordered(x[1][index]), state: kind.ordered(x[2][index]),
            inputBias: biases.map { kind.ordered($0[0]) },
            stateBias: biases.map { kind.ordered($0[1]) })
        }
        func state(_ index: Int) -> Tensor? {
          x.optionalTensor(index).map { isBatchFirst ? $0.transposed(0, 1) : $0 }
        }
        let result = GannetTensor.recurrent(
          kind, .features(features), weights: weights, state: state(5),
          cellState: kind == .lstm ? state(6) : nil,
          lengths: x.optional(4) == nil ? nil : try x.integers(4))
        let byDirection = result.output.reshaped(
          to: [sizes.steps, sizes.batch, directions, sizes.units])
        let output = isReverse ? byDirection.flipped(along: 0) : byDirection
        let states = [result.state, result.cell].compactMap { $0 }
        return [
          .tensor(output.permuted(isBatchFirst ? [1, 0, 2, 3] : [0, 2, 1, 3]))
        ] + states.map { .tensor(isBatchFirst ? $0.transposed(0, 1) : $0) }
      }
    }
  }
}

/// The sizes of a recurrent node's inputs, which fit.
private struct RecurrentSizes {
  let steps: Int
  let batch: Int
  let units: Int

  init(_ x: NodeInputs, _ directions: Int, gates: Int, _ isBatchFirst: Bool) throws {
    try x.require(
      x.rank(0) == 3 && x.rank(1) == 3 && x.rank(2) == 3, "steps of examples, and two weights")
    (steps, batch) = isBatchFirst ? (x.shape(0)[1], x.shape(0)[0]) : (x.shape(0)[0], x.shape(0)[1])
    let features = x.shape(0)[2]
    units = x.shape(2)[2]
    let (width, own) = (gates * units, units)
    try x.require(steps > 0 && batch > 0 && features > 0 && units > 0, "sizes above 0")
    try x.require(
      x.shape(1) == [directions, width, features] && x.shape(2) == [directions, width, own],
      "weights of \(directions) directions and \(gates) gates")
    try x.require(
      x.optional(3).map { $0.shape == [directions, 2 * width] } ?? true, "biases of all gates")
    let state: Shape = isBatchFirst ? [batch, directions, units] : [directions, batch, units]
    for index in 5..<7 {
      try x.require(x.optional(index).map { $0.shape == state } ?? true, "states of shape \(state)")
    }
    guard x.optional(4) != nil else { return }
    let lengths = try x.integers(4)
    try x.require(lengths.shape == [batch], "a length of each example")
    // In a trace, lengths that depend on the model's input are checked where they are used.
    guard Trace.current == nil else { return }
    try x.require(
      lengths.scalars.allSatisfy { (0...steps).contains(Int($0)) }, "lengths of at most \(steps)")
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
