#if ONNX
import GannetTensor

extension ExtremumOperation: ExportableOperation {
  func write(_ x: ExportedStep, to graph: GraphWriter) -> [String] {
    [graph.node(isMaximum ? "Max" : "Min", [x[0], x[1]])]
  }
}

extension ComparisonOperation: ExportableOperation {
  func write(_ x: ExportedStep, to graph: GraphWriter) -> [String] {
    let holds =
      switch relation {
      case .less: graph.node("Less", [x[0], x[1]])
      case .lessOrEqual: graph.node("LessOrEqual", [x[0], x[1]])
      case .equal: graph.node("Equal", [x[0], x[1]])
      case .unequal: graph.node("Not", [graph.node("Equal", [x[0], x[1]])])
      }
    return [graph.cast(holds, to: .float)]
  }
}

extension ReplacementOperation: ExportableOperation {
  func write(_ x: ExportedStep, to graph: GraphWriter) -> [String] {
    let condition = graph.cast(x[1], to: .bool)
    return [graph.node("Where", [condition, value.map(graph.number) ?? x[2], x[0]])]
  }
}
#endif
