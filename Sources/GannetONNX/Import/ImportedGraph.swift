#if ONNX
import GannetData
import GannetTensor

/// A graph of a file, checked: each value is made once, before it is read.
struct ImportedGraph {
  private(set) var initializers: [(name: String, value: GraphValue)] = []
  private(set) var inputs: [DeclaredInput] = []
  let outputs: [String]
  private(set) var steps: [(node: ImportedNode, run: OperatorFunction)] = []
  /// The names of the initializers that are running statistics.
  private(set) var statistics: Set<String> = []

  private static let opsets = 11...28

  /// Reads the graph of a file.
  init(_ file: ImportedFile) throws {
    let message = try file.message()
    let versions = message.opsetImport.filter { $0.domain.isEmpty || $0.domain == "ai.onnx" }
    guard let opset = versions.first.map({ Int(clamping: $0.version) }),
      Self.opsets.contains(opset)
    else {
      throw file.fault(
        "the operators are of opset \(versions.first?.version ?? 0), expected "
          + "\(Self.opsets.lowerBound) to \(Self.opsets.upperBound)", .unsupported)
    }
    try Self.checkOperators(message.graph, opset, file)
    try self.init(message.graph, opset, file, outer: KnownValues())
  }

  /// Reads a graph, which may be part of a node.
  ///
  /// - Parameter outer: The values around it, which its nodes may read.
  init(_ graph: Onnx_GraphProto, _ opset: Int, _ file: ImportedFile, outer: KnownValues) throws {
    guard graph.sparseInitializer.isEmpty else {
      throw file.fault("the model has sparse tensors", .unsupported)
    }
    var known = KnownValues()
    let declared = Set((graph.valueInfo + graph.output).filter(\.isTruth).map(\.name))
    func define(_ name: String, isTruth: Bool) throws {
      guard !name.isEmpty else { throw file.fault("a value has no name") }
      guard known.insert(name, isTruth: isTruth || declared.contains(name)) else {
        throw file.fault("two values are named \(name)")
      }
    }
    func isTruth(_ name: String) -> Bool {
      known.isTruth(name) || !known.contains(name) && outer.isTruth(name)
    }
    for tensor in graph.initializer {
      try define(tensor.name, isTruth: tensor.isTruth)
      initializers.append((tensor.name, try StoredTensor(tensor, file).value()))
    }
    // Old files list the initializers among the inputs, too.
    for input in graph.input where !known.contains(input.name) {
      try define(input.name, isTruth: input.isTruth)
      inputs.append(DeclaredInput(input))
    }
    for proto in graph.node {
      let hasGraphs = proto.attribute.contains(where: \.hasG)
      let node = try ImportedNode(
        proto, opset: opset, file, outer: hasGraphs ? outer.union(known) : KnownValues(),
        isTruth: isTruth)
      let operation = Operator.all[node.type]!
      try operation.check(node)
      for name in node.inputs where !name.isEmpty && !known.contains(name) && !outer.contains(name)
      {
        throw node.fault("reads \(name), which no node before it makes")
      }
      for (index, name) in node.outputs.enumerated() where !name.isEmpty {
        try define(name, isTruth: proto.givesTruth(index, isTruth))
      }
      steps.append((node, try operation.make(node)))
      if node.type == "BatchNormalization" { statistics.formUnion(node.inputs.suffix(2)) }
    }
    outputs = graph.output.map(\.name)
    for name in outputs where !known.contains(name) && !outer.contains(name) {
      throw file.fault("no node makes the result \(name)")
    }
    guard !outputs.isEmpty, Set(outputs).count == outputs.count else {
      throw file.fault("the results are \(outputs)")
    }
  }

  /// The results, of the values in `scope`, where it also leaves all others.
  ///
  /// - Throws: `FileError` with the file, the node and its operator, where an operator can't compute a
  ///   result of its inputs' shapes and values.
  func run(in scope: Scope) throws -> [GraphValue] {
    for (node, run) in steps {
      let inputs = node.inputs.map { $0.isEmpty ? nil : scope[$0] }
      let results = try run(NodeInputs(node, inputs, scope))
      guard results.count >= node.outputs.count else {
        throw node.fault(
          "has \(node.outputs.count) results, of which \(results.count) are computed")
      }
      for (name, result) in zip(node.outputs, results) where !name.isEmpty {
        scope[name] = result
      }
    }
    return outputs.map { scope[$0]! }
  }

  /// Throws an error that names all operators that are not supported.
  private static func checkOperators(
    _ graph: Onnx_GraphProto, _ opset: Int, _ file: ImportedFile
  ) throws {
    var named: [String: String] = [:]
    var order: [String] = []
    var graphs = [graph]
    while let graph = graphs.popLast() {
      for proto in graph.node {
        let node = try ImportedNode(proto, opset: opset, file)
        if Operator.all[node.type] == nil, named[node.type] == nil {
          named[node.type] = node.description
          order.append(node.type)
        }
        graphs += proto.attribute.filter(\.hasG).map(\.g)
      }
    }
    guard !order.isEmpty else { return }
    throw FileError(
      .unsupported, path: file.path,
      "there are no operations for \(order.map { named[$0]! }.joined(separator: ", "))",
      advice: "Export the model without these operators.")
  }
}
#endif
