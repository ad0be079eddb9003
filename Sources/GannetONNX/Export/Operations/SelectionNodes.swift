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

extension TriangleOperation: ExportableOperation {
  func write(_ x: ExportedStep, to graph: GraphWriter) -> [String] {
    let offset = graph.initializer("offset", shape: [], .integers([offset]))
    return [graph.node("Trilu", [x[0], offset], ["upper": .bool(isUpper)])]
  }
}

extension SortOperation: ExportableOperation {
  /// All elements are the largest, or the smallest, ones.
  func write(_ x: ExportedStep, to graph: GraphWriter) -> [String] {
    let axis = x.axis(axis)
    let count = graph.node("Shape", [x[0]], ["start": .int(axis), "end": .int(axis + 1)])
    return graph.nodes(
      "TopK", [x[0], count], ["axis": .int(axis), "largest": .bool(isDescending)], results: 2)
  }
}

extension ReplacementOperation: ExportableOperation {
  func write(_ x: ExportedStep, to graph: GraphWriter) -> [String] {
    let condition = graph.cast(x[1], to: .bool)
    return [graph.node("Where", [condition, value.map(graph.number) ?? x[2], x[0]])]
  }
}
#endif
