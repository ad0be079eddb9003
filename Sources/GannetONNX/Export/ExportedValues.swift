#if ONNX
import GannetTensor

/// The names of a traced graph's values while it is written.
final class ExportedValues {
  private let graph: Graph
  private let parameters: ParameterNames?
  private let writer: GraphWriter
  private var names: [Int: String] = [:]
  private var constants: [Int: String] = [:]
  /// The names of what has been written into each channel buffer, in order.
  private var parts: [Int: [String]] = [:]
  /// For each value that is a channel buffer: the names of its parts. The node that joins them is written
  /// where the value is read.
  private var joins: [Int: [String]] = [:]

  init(_ graph: Graph, inputs: [String], _ parameters: ParameterNames?, _ writer: GraphWriter) {
    (self.graph, self.parameters, self.writer) = (graph, parameters, writer)
    for (number, name) in zip(graph.inputs, inputs) { names[number] = name }
  }

  /// Writes an operation, or notes that it is not supported.
  func write(_ step: Graph.Step) {
    let results: [String]
    if let operation = step.operation as? any ExportableOperation {
      let rules =
        step.rules.isEmpty
        ? step.operation.sizes.map { Graph.SizeRule.constant($0) } : step.rules
      let inputs = step.inputs.map { operand in operand.map { input($0) } }
      results = operation.write(ExportedStep(inputs: inputs, sizes: rules), to: writer)
    } else {
      results = step.results.map { _ in writer.noteUnsupported(step.operation.name) }
    }
    for (number, name) in zip(step.results, results) { names[number] = name }
    if let buffer = step.buffer {
      parts[buffer.number, default: []].append(results[0])
      joins[buffer.joined] = parts[buffer.number]
    }
  }

  /// The name of a value; adds an initializer for a constant, and joins the channels of a buffer.
  func name(of operand: Graph.Operand) -> String {
    switch operand {
    case .constant(let index): return nameOfConstant(index)
    case .value(let number):
      if let known = names[number] { return known }
      let joined = joins[number]!
      let name = joined.count == 1 ? joined[0] : writer.node("Concat", joined, ["axis": .int(1)])
      names[number] = name
      return name
    }
  }

  private func nameOfConstant(_ index: Int) -> String {
    if let known = constants[index] { return known }
    let name: String
    switch graph.constants[index] {
    case .tensor(let tensor):
      name = writer.initializer(parameterName(index) ?? "constant", tensor)
    case .integers(let integers):
      name = writer.initializer(
        "constant", shape: Array(integers.shape), .integers(integers.scalars.map(Int.init)))
    }
    constants[index] = name
    return name
  }

  private func parameterName(_ index: Int) -> String? {
    guard case .tensor(let tensor) = graph.constants[index] else { return nil }
    return parameters?[tensor]
  }

  private func input(_ operand: Graph.Operand) -> ExportedStep.Input {
    let name = { self.name(of: operand) }
    switch operand {
    case .value(let number):
      return ExportedStep.Input(
        shape: graph.shapes[number], constant: nil, parameterName: nil, name: name)
    case .constant(let index):
      return ExportedStep.Input(
        shape: graph.constants[index].shape, constant: graph.constants[index],
        parameterName: parameterName(index), name: name)
    }
  }
}
#endif
