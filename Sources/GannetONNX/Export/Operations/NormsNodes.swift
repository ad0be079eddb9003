#if ONNX
import GannetTensor

extension BatchNormOperation: ExportableOperation {
  func write(_ x: ExportedStep, to graph: GraphWriter) -> [String] {
    let y = graph.node(
      "BatchNormalization", [x[0], x[3], x[4], x[1], x[2]], ["epsilon": .float(epsilon)])
    let sum = x.has(5) ? graph.node("Add", [y, x[5]]) : y
    return [graph.activate(sum, activation)]
  }
}

extension LayerNormOperation: ExportableOperation {
  func write(_ x: ExportedStep, to graph: GraphWriter) -> [String] {
    [
      graph.node(
        "LayerNormalization", [x[0], x[1], x[2]],
        ["axis": .int(-x.rank(1)), "epsilon": .float(epsilon)])
    ]
  }
}

extension RMSNormOperation: ExportableOperation {
  /// The parts: an operator of this name is in later opsets only.
  func write(_ x: ExportedStep, to graph: GraphWriter) -> [String] {
    let squares = graph.node("Mul", [x[0], x[0]])
    let axes = Array(x.rank(0) - x.rank(1)..<x.rank(0))
    let mean = graph.reduce("ReduceMean", squares, axes, keepingAxes: true)
    let root = graph.node("Sqrt", [graph.node("Add", [mean, graph.number(epsilon)])])
    return [graph.node("Mul", [graph.node("Div", [x[0], root]), x[1]])]
  }
}

extension GroupNormOperation: ExportableOperation {
  /// Instance norm of each group's elements: the operator of this name has a weight for each group
  /// only.
  func write(_ x: ExportedStep, to graph: GraphWriter) -> [String] {
    let grouped = graph.reshape(x[0], [GraphWriter.same, groups, -1])
    let normalized = graph.node(
      "InstanceNormalization",
      [
        grouped, graph.initializer("ones", Tensor(ones: [groups])),
        graph.initializer("zeros", Tensor(zeros: [groups])),
      ], ["epsilon": .float(epsilon)])
    let y = graph.reshape(normalized, [GraphWriter.same] + x.shape(0).dropFirst())
    let column = [-1] + Array(repeating: 1, count: x.rank(0) - 2)
    let scaled = graph.node("Mul", [y, graph.reshape(x[1], column)])
    return [graph.node("Add", [scaled, graph.reshape(x[2], column)])]
  }
}
#endif
