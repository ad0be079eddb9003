#if ONNX
import GannetTensor

extension LinearOperation: ExportableOperation {
  func write(_ x: ExportedStep, to graph: GraphWriter) -> [String] {
    let y: String
    if x.rank(0) == 2 {
      y = graph.node("Gemm", [x[0], x[1], x.optional(2)], ["transB": .int(1)])
    } else {
      let product = graph.node("MatMul", [x[0], graph.transpose(x[1], [1, 0])])
      y = x.has(2) ? graph.node("Add", [product, x[2]]) : product
    }
    return [graph.activate(y, activation)]
  }
}

extension MatrixProductOperation: ExportableOperation {
  func write(_ x: ExportedStep, to graph: GraphWriter) -> [String] {
    let a = transposingA ? graph.transposeMatrices(x[0], rank: x.rank(0)) : x[0]
    let b = transposingB ? graph.transposeMatrices(x[1], rank: x.rank(1)) : x[1]
    return [graph.node("MatMul", [a, b])]
  }
}
#endif
