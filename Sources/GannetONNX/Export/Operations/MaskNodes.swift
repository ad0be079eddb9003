#if ONNX
import GannetTensor

extension MaskForm {
  /// Writes the softmax of `scores` over the keys that the mask, whose inputs are those of `x` from
  /// `first` on, lets each query see.
  ///
  /// Scores of hidden keys become the least number, so that a query that sees none gives all keys the
  /// same weight.
  ///
  /// - Parameter shape: That of the scores, `[..., Q, K]`.
  func softmax(
    _ scores: String, _ shape: [Int], _ x: ExportedStep, from first: Int, to graph: GraphWriter
  ) -> String {
    let biases = first + lengthCount + allowedCount..<x.count
    var masked = biases.reduce(scores) { graph.node("Add", [$0, x[$1]]) }
    let least: () -> String = { graph.number(-.greatestFiniteMagnitude) }
    if !biases.isEmpty { masked = graph.node("Max", [masked, least()]) }
    let conditions = visible(shape, x, first, graph)
    if let one = conditions.first {
      let all = conditions.dropFirst().reduce(one) { graph.node("And", [$0, $1]) }
      masked = graph.node("Where", [all, masked, least()])
    }
    return graph.node("Softmax", [masked], ["axis": .int(-1)])
  }

  /// The conditions under which a query sees a key, each of a shape that broadcasts to `shape`.
  private func visible(
    _ shape: [Int], _ x: ExportedStep, _ first: Int, _ graph: GraphWriter
  ) -> [String] {
    let (queries, keys) = (shape[shape.count - 2], shape[shape.count - 1])
    var conditions: [String] = []
    if isCausal {
      let flags = (0..<queries * keys).map { $0 % keys <= $0 / keys + keys - queries }
      conditions.append(
        graph.initializer("causal", shape: [queries, keys], .flags(flags)))
    }
    for index in first..<first + lengthCount {
      let column = [-1] + Array(repeating: 1, count: shape.count - 1)
      let lengths = graph.reshape(x[index], column)
      conditions.append(graph.node("Less", [graph.vector(Array(0..<keys)), lengths]))
    }
    for index in first + lengthCount..<first + lengthCount + allowedCount {
      conditions.append(graph.cast(x[index], to: .bool))
    }
    return conditions
  }
}
#endif
