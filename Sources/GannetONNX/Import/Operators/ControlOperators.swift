#if ONNX
import GannetTensor

extension Operator {
  static let control: [String: Operator] = [
    // A branch runs where the condition is known, as all conditions of exported models that depend on
    // shapes or on a setting are; in a trace, one that depends on the model's input can't be followed.
    "If": Operator(1...1) { node in
      let branches = (try node.graph("then_branch"), try node.graph("else_branch"))
      return { x in
        let branch = try x.number(0) != 0 ? branches.0 : branches.1
        return try branch.run(in: Scope(branch.constants, around: x.scope))
      }
    }
  ]
}

extension ImportedGraph {
  /// The values that are stored in the graph, by name.
  var constants: [String: GraphValue] {
    Dictionary(uniqueKeysWithValues: initializers.map { ($0.name, $0.value) })
  }
}
#endif
