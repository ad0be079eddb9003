#if ONNX
import GannetTensor

extension ActivationOperation: ExportableOperation {
  func write(_ x: ExportedStep, to graph: GraphWriter) -> [String] {
    [graph.activate(x[0], activation)]
  }
}

extension GraphWriter {
  /// `activation` of `x`.
  func activate(_ x: String, _ activation: Activation) -> String {
    switch activation {
    case .identity: x
    case .relu: node("Relu", [x])
    case .sigmoid: node("Sigmoid", [x])
    case .tanh: node("Tanh", [x])
    case .gelu: node("Gelu", [x])
    case .geluTanh: node("Gelu", [x], ["approximate": .string("tanh")])
    case .silu: node("Mul", [x, node("Sigmoid", [x])])
    case .softplus: node("Softplus", [x])
    case .elu(let alpha): node("Elu", [x], ["alpha": .float(alpha)])
    case .celu(let alpha): node("Celu", [x], ["alpha": .float(alpha)])
    case .selu: node("Selu", [x])
    case .mish: node("Mish", [x])
    case .softsign: node("Softsign", [x])
    case .relu6: node("Clip", [x, number(0), number(6)])
    case .hardSigmoid: node("HardSigmoid", [x], ["alpha": .float(1 / 6), "beta": .float(0.5)])
    case .hardSwish: node("HardSwish", [x])
    }
  }
}

extension ElementaryOperation: ExportableOperation {
  func write(_ x: ExportedStep, to graph: GraphWriter) -> [String] {
    let result =
      switch function {
      case .exp: graph.node("Exp", [x[0]])
      case .expm1: graph.node("Sub", [graph.node("Exp", [x[0]]), graph.number(1)])
      case .log: graph.node("Log", [x[0]])
      case .log1p: graph.node("Log", [graph.node("Add", [x[0], graph.number(1)])])
      case .sqrt: graph.node("Sqrt", [x[0]])
      case .sin: graph.node("Sin", [x[0]])
      case .cos: graph.node("Cos", [x[0]])
      case .tan: graph.node("Tan", [x[0]])
      case .erf: graph.node("Erf", [x[0]])
      case .abs: graph.node("Abs", [x[0]])
      case .sign: graph.node("Sign", [x[0]])
      case .round: graph.node("Round", [x[0]])
      case .floor: graph.node("Floor", [x[0]])
      case .ceil: graph.node("Ceil", [x[0]])
      }
    return [result]
  }
}

extension PowerOperation: ExportableOperation {
  func write(_ x: ExportedStep, to graph: GraphWriter) -> [String] {
    [graph.node("Pow", [x[0], exponent.map(graph.number) ?? x[1]])]
  }
}

extension LeakyReLUOperation: ExportableOperation {
  func write(_ x: ExportedStep, to graph: GraphWriter) -> [String] {
    [graph.node("LeakyRelu", [x[0]], ["alpha": .float(slope)])]
  }
}

extension PReLUOperation: ExportableOperation {
  func write(_ x: ExportedStep, to graph: GraphWriter) -> [String] {
    // Slopes of channels are aligned with axis 1.
    let behind = Array(repeating: 1, count: max(0, x.rank(0) - 2))
    let slope = x.shape(1)[0] == 1 ? x[1] : graph.reshape(x[1], [-1] + behind)
    return [graph.node("PRelu", [x[0], slope])]
  }
}

extension ClampOperation: ExportableOperation {
  func write(_ x: ExportedStep, to graph: GraphWriter) -> [String] {
    [
      graph.node(
        "Clip", [x[0], graph.number(range.lowerBound), graph.number(range.upperBound)])
    ]
  }
}

extension ArithmeticOperation: ExportableOperation {
  func write(_ x: ExportedStep, to graph: GraphWriter) -> [String] {
    let type =
      switch kind {
      case .sum: "Add"
      case .difference: "Sub"
      case .product: "Mul"
      case .quotient: "Div"
      }
    return [graph.node(type, [x[0], x[1]])]
  }
}

extension AffineOperation: ExportableOperation {
  func write(_ x: ExportedStep, to graph: GraphWriter) -> [String] {
    if factor == -1 {
      return [
        term == 0 ? graph.node("Neg", [x[0]]) : graph.node("Sub", [graph.number(term), x[0]])
      ]
    }
    let product = factor == 1 ? x[0] : graph.node("Mul", [x[0], graph.number(factor)])
    return [term == 0 ? product : graph.node("Add", [product, graph.number(term)])]
  }
}
#endif
