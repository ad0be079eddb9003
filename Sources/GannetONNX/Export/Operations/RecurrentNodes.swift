#if ONNX
import GannetTensor

extension RecurrentOperation: ExportableOperation {
  /// A node of the layer's kind. Its inputs are [T, N, I], its results [T, D, N, H] and [D, N, H].
  func write(_ x: ExportedStep, to graph: GraphWriter) -> [String] {
    let directions = (x.count - 5) / 4
    var weights: [RecurrentWeights] = []
    for first in stride(from: 5, to: x.count, by: 4) {
      guard let input = x.constant(first), let state = x.constant(first + 1) else {
        return unsupportedResults(graph)
      }
      weights.append(
        RecurrentWeights(
          input: input, state: state, inputBias: x.has(first + 2) ? x.constant(first + 2) : nil,
          stateBias: x.has(first + 3) ? x.constant(first + 3) : nil))
    }
    let (size, width) = (weights[0].state.shape[1], weights[0].input.shape[1])
    var input = x[0]
    if x.rank(0) == 2 {  // tokens, as one-hot vectors
      let values = graph.initializer("off_and_on", Tensor([0, 1]))
      input = graph.node("OneHot", [x[0], graph.vector([width]), values], ["axis": .int(-1)])
    }
    if x.has(4) {
      // ONNX's layers have no input that is added to the gates at every step, so it is appended to the
      // features, with the identity as its weights.
      let steps = x.shape(0)[0]
      let share = graph.node("Expand", [graph.unsqueeze(x[4], [0]), graph.vector([steps, 1, 1])])
      input = graph.node("Concat", [input, share], ["axis": .int(2)])
      weights[0].input = concatenate(
        [weights[0].input, Tensor(identity: kind.gateCount * size)], along: 1)
    }
    func initializer(_ index: Int, _ tensor: Tensor) -> String {
      graph.initializer(x.parameterName(index, inOrder: kind.gateNames), tensor)
    }
    let results = graph.nodes(
      kind.operatorType,
      [
        input, initializer(5, ordered(weights.map(\.input), size)),
        initializer(6, ordered(weights.map(\.state), size)),
        biases(weights, size).map { initializer(7, $0) } ?? "",
        x.has(3) ? graph.cast(x[3], to: .int32) : "", x.optional(1), x.optional(2),
      ], kind.attributes(size, directions), results: kind == .lstm ? 3 : 2)
    let byStep =
      directions == 1
      ? graph.node("Squeeze", [results[0], graph.vector([1])])
      : graph.reshape(
        graph.transpose(results[0], [0, 2, 1, 3]), [GraphWriter.same, GraphWriter.same, -1])
    return [byStep] + results.dropFirst()
  }

  private func unsupportedResults(_ graph: GraphWriter) -> [String] {
    let name = graph.noteUnsupported("\(name) with weights that depend on the model's input")
    return Array(repeating: name, count: kind == .lstm ? 3 : 2)
  }

  /// The gates' rows of each direction in ONNX's order, `[D, gates · H, ...]`.
  private func ordered(_ weights: [Tensor], _ size: Int) -> Tensor {
    stack(
      weights.map { weight in
        concatenate(
          kind.gateOrder.map { weight.sliced($0 * size..<($0 + 1) * size, along: 0) })
      })
  }

  /// `[D, 2 gates · H]`: the input's biases, then the state's.
  private func biases(_ weights: [RecurrentWeights], _ size: Int) -> Tensor? {
    guard weights.allSatisfy({ $0.inputBias != nil && $0.stateBias != nil }) else { return nil }
    return concatenate(
      [
        ordered(weights.map { $0.inputBias! }, size), ordered(weights.map { $0.stateBias! }, size),
      ], along: 1)
  }
}

extension RecurrentKind {
  fileprivate var operatorType: String {
    switch self {
    case .tanh, .relu: "RNN"
    case .lstm: "LSTM"
    case .gru, .gruResetBeforeProduct: "GRU"
    }
  }

  /// The gates in ONNX's order, i, o, f, c or z, r, h, by their places in PyTorch's.
  fileprivate var gateOrder: [Int] {
    switch self {
    case .tanh, .relu: [0]
    case .lstm: [0, 3, 1, 2]
    case .gru, .gruResetBeforeProduct: [1, 0, 2]
    }
  }

  /// The gates' names in ONNX's order.
  fileprivate var gateNames: String {
    switch self {
    case .tanh, .relu: "i"
    case .lstm: "iofc"
    case .gru, .gruResetBeforeProduct: "zrh"
    }
  }

  fileprivate func attributes(
    _ size: Int, _ directions: Int
  ) -> KeyValuePairs<String, Attribute> {
    let direction = Attribute.string(directions == 1 ? "forward" : "bidirectional")
    let hiddenSize = Attribute.int(size)
    switch self {
    case .lstm: return ["hidden_size": hiddenSize, "direction": direction]
    case .gru:
      return ["hidden_size": hiddenSize, "direction": direction, "linear_before_reset": .int(1)]
    case .gruResetBeforeProduct:
      return ["hidden_size": hiddenSize, "direction": direction, "linear_before_reset": .int(0)]
    case .tanh, .relu:
      let function = self == .relu ? "Relu" : "Tanh"
      return [
        "hidden_size": hiddenSize, "direction": direction,
        "activations": .strings(Array(repeating: function, count: directions)),
      ]
    }
  }
}
#endif
