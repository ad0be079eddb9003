#if ONNX
import GannetTensor

extension SlicesOperation: ExportableOperation {
  func write(_ x: ExportedStep, to graph: GraphWriter) -> [String] {
    [graph.node("Gather", [x[0], x[1]], ["axis": .int(x.axis(axis))])]
  }
}

extension EmbeddingOperation: ExportableOperation {
  func write(_ x: ExportedStep, to graph: GraphWriter) -> [String] {
    [graph.node("Gather", [x[0], x[1]], ["axis": .int(0)])]
  }
}

extension GatheringOperation: ExportableOperation {
  func write(_ x: ExportedStep, to graph: GraphWriter) -> [String] {
    [graph.node("GatherElements", [x[0], x[1]], ["axis": .int(x.axis(axis))])]
  }
}

extension ExtremumPlaceOperation: ExportableOperation {
  func write(_ x: ExportedStep, to graph: GraphWriter) -> [String] {
    let axes = axes.resolved(in: x.shape(0), "argmax")
    let type = isMaximum ? "ArgMax" : "ArgMin"
    if axes.count == 1 {
      return [graph.node(type, [x[0]], ["axis": .int(axes[0]), "keepdims": .int(0)])]
    }
    guard axes.count == x.rank(0) else {
      return [graph.noteUnsupported("\(name) along \(axes.count) axes")]
    }
    let flat = graph.reshape(x[0], [-1])
    return [graph.node(type, [flat], ["axis": .int(0), "keepdims": .int(0)])]
  }
}
#endif
