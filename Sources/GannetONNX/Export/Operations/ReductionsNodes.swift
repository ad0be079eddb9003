#if ONNX
import GannetTensor

extension ReductionOperation: ExportableOperation {
  func write(_ x: ExportedStep, to graph: GraphWriter) -> [String] {
    let axes = axes.resolved(in: x.shape(0), "ONNX.export")
    guard !axes.isEmpty else { return [graph.noteUnsupported("\(name) along no axis")] }
    func reduce(_ type: String, _ x: String) -> String {
      graph.reduce(type, x, axes, keepingAxes: keepingAxes)
    }
    let result =
      switch kind {
      case .sum: reduce("ReduceSum", x[0])
      case .mean: reduce("ReduceMean", x[0])
      case .maximum: reduce("ReduceMax", x[0])
      case .minimum: reduce("ReduceMin", x[0])
      case .logSumExp: reduce("ReduceLogSumExp", x[0])
      case .norm(.l1): reduce("ReduceL1", x[0])
      case .norm(.l2): reduce("ReduceL2", x[0])
      case .norm(.infinity): reduce("ReduceMax", graph.node("Abs", [x[0]]))
      case .variance(let unbiased): variance(x[0], axes, unbiased, graph)
      case .standardDeviation(let unbiased):
        graph.node("Sqrt", [variance(x[0], axes, unbiased, graph)])
      }
    return [result]
  }

  private func variance(
    _ x: String, _ axes: [Int], _ unbiased: Bool, _ graph: GraphWriter
  ) -> String {
    let mean = graph.reduce("ReduceMean", x, axes, keepingAxes: true)
    let deviations = graph.node("Sub", [x, mean])
    let squares = graph.node("Mul", [deviations, deviations])
    guard unbiased else {
      return graph.reduce("ReduceMean", squares, axes, keepingAxes: keepingAxes)
    }
    // Some of the axes may be the examples'.
    let sizes = graph.node("Gather", [graph.node("Shape", [x]), graph.vector(axes)])
    let count = graph.cast(graph.node("ReduceProd", [sizes], ["keepdims": .int(0)]), to: .float)
    let sum = graph.reduce("ReduceSum", squares, axes, keepingAxes: keepingAxes)
    return graph.node("Div", [sum, graph.node("Sub", [count, graph.number(1)])])
  }
}

extension CumulativeSumOperation: ExportableOperation {
  func write(_ x: ExportedStep, to graph: GraphWriter) -> [String] {
    let axis = graph.vector([x.axis(axis)])
    return [graph.node("CumSum", [x[0], axis], ["reverse": .bool(isReversed)])]
  }
}

extension SoftmaxOperation: ExportableOperation {
  func write(_ x: ExportedStep, to graph: GraphWriter) -> [String] {
    let type = isLogarithmic ? "LogSoftmax" : "Softmax"
    return [graph.node(type, [x[0]], ["axis": .int(x.axis(axis))])]
  }
}

extension GraphWriter {
  /// The reduction of `x` by the operator `type`.
  func reduce(_ type: String, _ x: String, _ axes: [Int], keepingAxes: Bool) -> String {
    node(type, [x, vector(axes)], ["keepdims": .bool(keepingAxes)])
  }
}
#endif
