#if ONNX
import GannetTensor

/// Nodes and initializers of a graph of ONNX's operators, in the order in which they are written.
final class GraphWriter {
  /// The elements of an initializer.
  enum Elements {
    case floats(Tensor)
    case integers([Int])
    case flags([Bool])
  }

  /// A constant of the graph.
  struct Initializer {
    let name: String
    let shape: [Int]
    let elements: Elements
  }

  /// The name of the model's result.
  static let output = "output"

  private(set) var nodes: [Onnx_NodeProto] = []
  private(set) var initializers: [Initializer] = []
  /// The operations that ONNX's operators can't compute, each once.
  private(set) var unsupported: [String] = []
  /// The first input's name and its axis of the examples.
  private let batch: (input: String, axis: Int)

  /// Whether equal constants are written once.
  private let sharesConstants: Bool

  private var nodeCounts: [String: Int] = [:]
  private var usedNames: Set<String> = []
  private var numbers: [UInt32: String] = [:]
  private var vectors: [[Int]: String] = [:]
  private var batchSize: String?
  private var multiples: [Int: String] = [:]

  /// Makes a writer for a model of named inputs, which have examples along `batchAxis`.
  init(inputs: [String], batchAxis: Int, sharesConstants: Bool = true) {
    batch = (inputs[0], batchAxis)
    self.sharesConstants = sharesConstants
    usedNames = Set(inputs + [GraphWriter.output])
  }

  // MARK: Nodes

  /// Adds a node with `count` results, whose names it returns. An empty name is a missing input.
  func nodes(
    _ type: String, _ inputs: [String], _ attributes: KeyValuePairs<String, Attribute> = [:],
    results count: Int
  ) -> [String] {
    let number = nodeCounts[type, default: 0]
    nodeCounts[type] = number + 1
    var node = Onnx_NodeProto()
    node.opType = type
    node.name = "\(type)_\(number)"
    node.input = inputs
    while node.input.last == "" { node.input.removeLast() }
    node.output = (0..<count).map { unused($0 == 0 ? node.name : "\(node.name)_\($0)") }
    node.attribute = attributes.map { $1.proto(named: $0) }
    nodes.append(node)
    return node.output
  }

  /// Adds a node with one result, whose name it returns.
  func node(
    _ type: String, _ inputs: [String], _ attributes: KeyValuePairs<String, Attribute> = [:]
  ) -> String {
    nodes(type, inputs, attributes, results: 1)[0]
  }

  /// Renames the result of a node; adds a node where `old` is not one.
  func rename(_ old: String, to new: String) {
    guard nodes.contains(where: { $0.output.contains(old) }) else {
      var node = Onnx_NodeProto()
      (node.opType, node.name, node.input, node.output) = ("Identity", new, [old], [new])
      nodes.append(node)
      return
    }
    for index in nodes.indices {
      nodes[index].input = nodes[index].input.map { $0 == old ? new : $0 }
      nodes[index].output = nodes[index].output.map { $0 == old ? new : $0 }
    }
  }

  /// Notes an operation that can't be written, and returns a name that stands for its result.
  func noteUnsupported(_ operation: String) -> String {
    if !unsupported.contains(operation) { unsupported.append(operation) }
    return ""
  }

  /// `name`, or that with a number behind it where it is in use.
  func unused(_ name: String) -> String {
    var (result, number) = (name, 1)
    while !usedNames.insert(result).inserted {
      result = "\(name)_\(number)"
      number += 1
    }
    return result
  }

  // MARK: Constants

  /// Adds a constant.
  func initializer(_ name: String, shape: [Int], _ elements: Elements) -> String {
    let name = unused(name)
    initializers.append(Initializer(name: name, shape: shape, elements: elements))
    return name
  }

  func initializer(_ name: String, _ tensor: Tensor) -> String {
    initializer(name, shape: Array(tensor.shape), .floats(tensor))
  }

  /// A constant number, of shape `[]`.
  func number(_ value: Float) -> String {
    if sharesConstants, let known = numbers[value.bitPattern] { return known }
    let name = initializer("number", Tensor(value))
    numbers[value.bitPattern] = name
    return name
  }

  /// A constant vector of integers.
  func vector(_ values: [Int]) -> String {
    if sharesConstants, let known = vectors[values] { return known }
    let name = initializer("integers", shape: [values.count], .integers(values))
    vectors[values] = name
    return name
  }

  // MARK: Sizes

  /// The sizes that follow from the number of examples by `rules`, a vector.
  func vector(_ rules: [Graph.SizeRule]) -> String {
    let parts = rules.map { rule in
      switch rule {
      case .constant(let size): vector([size])
      case .perExample(let factor): multipleOfBatch(factor)
      }
    }
    return parts.count == 1 ? parts[0] : node("Concat", parts, ["axis": .int(0)])
  }

  /// The number of examples times `factor`, `[1]`.
  private func multipleOfBatch(_ factor: Int) -> String {
    if sharesConstants, let known = multiples[factor] { return known }
    let size =
      batchSize
      ?? node("Shape", [batch.input], ["start": .int(batch.axis), "end": .int(batch.axis + 1)])
    batchSize = size
    let name = factor == 1 && sharesConstants ? size : node("Mul", [size, vector([factor])])
    multiples[factor] = name
    return name
  }
}
#endif
