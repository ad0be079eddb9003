#if ONNX
import GannetTensor

/// The sizes of an attention of queries `[B, H, Q, D]` and keys `[B, Hkv, K, D]`.
private struct Heads {
  let heads: Int
  let keyHeads: Int
  let queries: Int
  let keys: Int
  let depth: Int

  /// The queries' heads for each head of keys.
  private var group: Int { heads / keyHeads }

  /// Writes the products of each query with all keys, times `scale`.
  func scores(_ query: String, _ key: String, _ scale: Float?, _ graph: GraphWriter) -> String {
    let factor = graph.number(scale ?? 1 / Float(max(1, depth)).squareRoot())
    let scaled = graph.node("Mul", [query, factor])
    let columns = graph.transpose(key, [0, 1, 3, 2])
    return merged(
      graph.node("MatMul", [grouped(scaled, [queries, depth], graph), repeated(columns, graph)]),
      graph, [queries, keys])
  }

  /// Writes the means of values by `weights`.
  func means(_ weights: String, _ value: String, _ depth: Int, _ graph: GraphWriter) -> String {
    merged(
      graph.node(
        "MatMul", [grouped(weights, [queries, keys], graph), repeated(value, graph)]), graph,
      [queries, depth])
  }

  // With fewer heads of keys than of queries, heads are [B, Hkv, H / Hkv, ...].

  private func grouped(_ x: String, _ sizes: [Int], _ graph: GraphWriter) -> String {
    group == 1 ? x : graph.reshape(x, [GraphWriter.same, keyHeads, group] + sizes)
  }

  private func repeated(_ x: String, _ graph: GraphWriter) -> String {
    group == 1 ? x : graph.unsqueeze(x, [2])
  }

  private func merged(_ x: String, _ graph: GraphWriter, _ sizes: [Int]) -> String {
    group == 1 ? x : graph.reshape(x, [GraphWriter.same, heads] + sizes)
  }
}

extension AttentionOperation: ExportableOperation {
  func write(_ x: ExportedStep, to graph: GraphWriter) -> [String] {
    let (query, key, value) = (x.shape(0), x.shape(1), x.shape(2))
    if query.rank == 3 {
      let factor = graph.number(scale ?? 1 / Float(max(1, query[2])).squareRoot())
      let scores = graph.node(
        "MatMul", [graph.node("Mul", [x[0], factor]), graph.transpose(x[1], [0, 2, 1])])
      let weights = mask.softmax(scores, [query[0], query[1], key[1]], x, from: 3, to: graph)
      return [graph.node("MatMul", [weights, x[2]])]
    }
    let sizes = Heads(
      heads: query[1], keyHeads: key[1], queries: query[2], keys: key[2], depth: query[3])
    let weights = mask.softmax(
      sizes.scores(x[0], x[1], scale, graph), [query[0], query[1], query[2], key[2]], x, from: 3,
      to: graph)
    return [sizes.means(weights, x[2], value[3], graph)]
  }
}

extension PackedAttentionOperation: ExportableOperation {
  func write(_ x: ExportedStep, to graph: GraphWriter) -> [String] {
    let (steps, width) = (x.shape(0)[1], x.shape(0)[2])
    let depth = width / (heads + 2 * keyHeads)
    let parts = graph.splitHeads(x[0], [heads, keyHeads, keyHeads], depth)
    let sizes = Heads(
      heads: heads, keyHeads: keyHeads, queries: steps, keys: steps, depth: depth)
    let weights = mask.softmax(
      sizes.scores(parts[0], parts[1], scale, graph), [1, heads, steps, steps], x, from: 1,
      to: graph)
    let means = sizes.means(weights, parts[2], depth, graph)
    let merged = graph.transpose(means, [0, 2, 1, 3])
    return [graph.reshape(merged, [GraphWriter.same, GraphWriter.same, heads * depth])]
  }
}

extension HeadSplitOperation: ExportableOperation {
  func write(_ x: ExportedStep, to graph: GraphWriter) -> [String] {
    graph.splitHeads(x[0], counts, size)
  }
}

extension MaskedSoftmaxOperation: ExportableOperation {
  func write(_ x: ExportedStep, to graph: GraphWriter) -> [String] {
    let scores = scale == 1 ? x[0] : graph.node("Mul", [x[0], graph.number(scale)])
    return [mask.softmax(scores, Array(x.shape(0)), x, from: 1, to: graph)]
  }
}

extension AdditiveScoresOperation: ExportableOperation {
  func write(_ x: ExportedStep, to graph: GraphWriter) -> [String] {
    let (query, key) = (graph.unsqueeze(x[0], [2]), graph.unsqueeze(x[1], [1]))
    return [graph.node("MatMul", [graph.node("Tanh", [graph.node("Add", [query, key])]), x[2]])]
  }
}

extension RotaryOperation: ExportableOperation {
  func write(_ x: ExportedStep, to graph: GraphWriter) -> [String] {
    let shape = x.shape(0)
    let tables = tables(steps: shape[shape.rank - 2], width: shape[shape.rank - 1])
    let partners = graph.node("Gather", [x[0], graph.vector(tables.partners)], ["axis": .int(-1)])
    return [
      graph.node(
        "Add",
        [
          graph.node("Mul", [x[0], graph.initializer("cosines", tables.cosines)]),
          graph.node("Mul", [partners, graph.initializer("sines", tables.sines)]),
        ])
    ]
  }
}

extension GraphWriter {
  /// Splits `x`, `[N, T, (H1 + H2 + ...) D]`, into groups of heads, `[N, H1, T, D]` and so on.
  fileprivate func splitHeads(_ x: String, _ counts: [Int], _ size: Int) -> [String] {
    let total = counts.reduce(0, +)
    let heads = reshape(x, [GraphWriter.same, GraphWriter.same, total, size])
    let byHead = transpose(heads, [0, 2, 1, 3])
    guard counts.count > 1 else { return [byHead] }
    return nodes("Split", [byHead, vector(counts)], ["axis": .int(1)], results: counts.count)
  }
}
#endif
