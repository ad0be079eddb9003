#if ONNX
import GannetTensor

extension SliceOperation: ExportableOperation {
  func write(_ x: ExportedStep, to graph: GraphWriter) -> [String] {
    let (start, end) = (graph.vector([x.sizes[0]]), graph.vector([x.sizes[1]]))
    return [graph.node("Slice", [x[0], start, end, graph.vector([x.axis(axis)])])]
  }
}

extension StrideOperation: ExportableOperation {
  func write(_ x: ExportedStep, to graph: GraphWriter) -> [String] {
    [graph.slice(x[0], from: 0, to: .max, along: x.axis(axis), by: step)]
  }
}

extension FlipOperation: ExportableOperation {
  func write(_ x: ExportedStep, to graph: GraphWriter) -> [String] {
    [graph.slice(x[0], from: -1, to: .min, along: x.axis(axis), by: -1)]
  }
}

extension PaddingOperation: ExportableOperation {
  func write(_ x: ExportedStep, to graph: GraphWriter) -> [String] {
    [graph.node("Pad", [x[0], graph.vector(before + after), graph.number(value)])]
  }
}

extension ConcatenationOperation: ExportableOperation {
  func write(_ x: ExportedStep, to graph: GraphWriter) -> [String] {
    [graph.node("Concat", (0..<x.count).map { x[$0] }, ["axis": .int(x.axis(axis))])]
  }
}

extension AxisMapOperation: ExportableOperation {
  /// A product with the whole matrix, of which most elements are zeros: from the left along the last
  /// axis but one, else from the right.
  func write(_ x: ExportedStep, to graph: GraphWriter) -> [String] {
    let (axis, last) = (x.axis(axis), x.rank(0) - 1)
    if axis == last - 1 {
      return [graph.node("MatMul", [graph.initializer(name, matrix), x[0]])]
    }
    let columns = graph.initializer(name, matrix.transposed().contiguous())
    if axis == last { return [graph.node("MatMul", [x[0], columns])] }
    var order = Array(0...last)
    order.swapAt(axis, last)
    let product = graph.node("MatMul", [graph.transpose(x[0], order), columns])
    return [graph.transpose(product, order)]
  }
}

extension GraphWriter {
  /// Every `step`th slice of `x` along `axis`.
  func slice(_ x: String, from start: Int, to end: Int, along axis: Int, by step: Int) -> String {
    node("Slice", [x, vector([start]), vector([end]), vector([axis]), vector([step])])
  }
}
#endif
