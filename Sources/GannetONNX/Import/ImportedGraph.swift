#if ONNX
import GannetData
import GannetTensor

/// The graph of a file, checked: each value is made once, before it is read.
struct ImportedGraph {
  private(set) var initializers: [(name: String, value: GraphValue)] = []
  private(set) var inputs: [String] = []
  let outputs: [String]
  private(set) var steps: [(node: ImportedNode, run: OperatorFunction)] = []
  /// The names of the initializers that are running statistics.
  private(set) var statistics: Set<String> = []

  private static let opsets = 13...23

  init(_ file: ImportedFile) throws {
    let message = try file.message()
    let versions = message.opsetImport.filter { $0.domain.isEmpty || $0.domain == "ai.onnx" }
    guard let opset = versions.first.map({ Int(clamping: $0.version) }),
      Self.opsets.contains(opset)
    else {
      throw file.fault(
        "the operators are of opset \(versions.first?.version ?? 0), expected 13 to 23",
        .unsupported)
    }
    let graph = message.graph
    guard graph.sparseInitializer.isEmpty else {
      throw file.fault("the model has sparse tensors", .unsupported)
    }
    let nodes = try graph.node.map { try ImportedNode($0, opset: opset, file) }
    try Self.checkOperators(nodes, file)

    var known: Set<String> = []
    func define(_ name: String) throws {
      guard known.insert(name).inserted else { throw file.fault("two values are named \(name)") }
    }
    for tensor in graph.initializer {
      try define(tensor.name)
      initializers.append((tensor.name, try StoredTensor(tensor, file).value()))
    }
    // Old files list the initializers among the inputs, too.
    for input in graph.input where !known.contains(input.name) {
      try define(input.name)
      inputs.append(input.name)
    }
    for node in nodes {
      let operation = Operator.all[node.type]!
      guard operation.inputs.contains(node.inputs.count) else {
        throw node.fault("has \(node.inputs.count) inputs")
      }
      for name in node.inputs where !name.isEmpty && !known.contains(name) {
        throw node.fault("reads \(name), which no node before it makes")
      }
      for name in node.outputs where !name.isEmpty { try define(name) }
      steps.append((node, try operation.make(node)))
      if node.type == "BatchNormalization" { statistics.formUnion(node.inputs.suffix(2)) }
    }
    outputs = graph.output.map(\.name)
    for name in outputs where !known.contains(name) {
      throw file.fault("no node makes the result \(name)")
    }
    guard !outputs.isEmpty, Set(outputs).count == outputs.count else {
      throw file.fault("the results are \(outputs)")
    }
  }

  /// Throws an error that names all operators that are not supported.
  private static func checkOperators(_ nodes: [ImportedNode], _ file: ImportedFile) throws {
    let unknown = nodes.filter { Operator.all[$0.type] == nil }
    guard !unknown.isEmpty else { return }
    var named: [String] = []
    for node in unknown
    where !named.contains(where: { $0.hasPrefix(node.type + " ") || $0 == node.type }) {
      named.append(node.description)
    }
    throw FileError(
      .unsupported, path: file.path,
      "there are no operations for \(named.joined(separator: ", "))",
      advice: "Export the model without these operators.")
  }
}
#endif
