#if ONNX
import GannetTensor

/// A model for any number of time steps, of its graphs for three numbers of them.
///
/// The graphs must have the same nodes. Where their constants differ, integers and sizes must be linear in the
/// number of steps, and are computed from the input's; a larger constant, as a table of positions or a
/// causal mask, must begin with the smaller ones, and is sliced.
struct TimeAxis {
  /// The graphs of T, T - 1 and T - 2 steps.
  private let models: [ExportedModel]
  private let constants: [[String: GraphWriter.Initializer]]
  private let steps: Int
  private let input: String
  private let axis: Int

  /// The nodes that compute what depends on the number of steps.
  private var nodes: [Onnx_NodeProto] = []
  private var added: [GraphWriter.Initializer] = []
  private var known: [[String]: String] = [:]

  /// Makes the model of `models` for `steps` time steps along `axis` of `input`, and for one and two less.
  static func model(
    _ models: [ExportedModel], steps: Int, of input: String, along axis: Int
  ) throws -> ExportedModel {
    var time = TimeAxis(models, steps: steps, of: input, along: axis)
    return try time.joined()
  }

  private init(_ models: [ExportedModel], steps: Int, of input: String, along axis: Int) {
    (self.models, self.steps, self.input, self.axis) = (models, steps, input, axis)
    constants = models.map { model in
      Dictionary(uniqueKeysWithValues: model.initializers.map { ($0.name, $0) })
    }
  }

  private mutating func joined() throws -> ExportedModel {
    let graphs = models.map(\.message.graph)
    guard graphs.allSatisfy({ $0.node.map(\.opType) == graphs[0].node.map(\.opType) }) else {
      throw ONNXExportError.dependsOnSteps("it runs other operations for fewer steps")
    }
    var message = models[0].message
    for (index, node) in graphs[0].node.enumerated() {
      let others = graphs.map { $0.node[index] }
      guard others.allSatisfy({ $0.attribute == node.attribute && $0.output == node.output }) else {
        throw ONNXExportError.dependsOnSteps("\(node.name) has other settings for fewer steps")
      }
      for place in node.input.indices {
        message.graph.node[index].input[place] = try operand(others.map { $0.input[place] }, node)
      }
    }
    message.graph.node = nodes + message.graph.node
    for index in message.graph.input.indices {
      message.graph.input[index].type = type(graphs.map { $0.input[index].type })
    }
    message.graph.output[0].type = type(graphs.map { $0.output[0].type })
    let used = Set(message.graph.node.flatMap(\.input))
    return ExportedModel(
      message, (models[0].initializers + added).filter { used.contains($0.name) })
  }

  /// The name of the input that a node has by these names in the three graphs.
  private mutating func operand(_ names: [String], _ node: Onnx_NodeProto) throws -> String {
    let found = zip(constants, names).compactMap { $0[$1] }
    guard found.count == 3 else {
      guard found.isEmpty, Set(names).count == 1 else {
        throw ONNXExportError.dependsOnSteps("\(node.name) has other inputs for fewer steps")
      }
      return names[0]
    }
    if found.dropFirst().allSatisfy({ $0.isEqual(to: found[0]) }) { return names[0] }
    if let name = known[names] { return name }
    guard let name = computed(found) ?? sliced(found) else {
      throw ONNXExportError.dependsOnSteps(
        "\(node.name) has a constant of shape \(found[0].shape) that for fewer steps is another")
    }
    known[names] = name
    return name
  }

  /// The names of integers that are linear in the number of steps; nil where they are not.
  private mutating func computed(_ found: [GraphWriter.Initializer]) -> String? {
    let values = found.compactMap { each -> [Int]? in
      if case .integers(let integers) = each.elements { integers } else { nil }
    }
    guard values.count == 3, found.allSatisfy({ $0.shape == found[0].shape }),
      found[0].shape.count < 2
    else { return nil }
    var parts: [String] = []
    for place in values[0].indices {
      guard let part = size(values.map { $0[place] }) else { return nil }
      parts.append(part)
    }
    let vector = parts.count == 1 ? parts[0] : node("Concat", parts, ["axis": .int(0)])
    return found[0].shape.isEmpty ? node("Squeeze", [vector]) : vector
  }

  /// A constant that begins with those for fewer steps, sliced; nil where it does not.
  private mutating func sliced(_ found: [GraphWriter.Initializer]) -> String? {
    let shapes = found.map(\.shape)
    let rank = shapes[0].count
    guard shapes.allSatisfy({ $0.count == rank }) else { return nil }
    let axes = (0..<rank).filter { shapes[0][$0] != shapes[1][$0] }
    guard !axes.isEmpty,
      found.dropFirst().allSatisfy({ $0.isEqual(to: found[0].beginning($0.shape)) })
    else { return nil }
    var name = found[0].name
    for axis in axes {
      guard let end = size(shapes.map { $0[axis] }) else { return nil }
      name = node("Slice", [name, vector(0), end, vector(axis)])
    }
    return name
  }

  /// A size, `[1]`, that the three graphs have; nil where it is not linear in the number of steps.
  private mutating func size(_ sizes: [Int]) -> String? {
    let factor = sizes[0] &- sizes[1]
    guard sizes[1] &- sizes[2] == factor else { return nil }
    if factor == 0 { return vector(sizes[0]) }
    var name = node("Shape", [input], ["start": .int(axis), "end": .int(axis + 1)])
    if factor != 1 { name = node("Mul", [name, vector(factor)]) }
    let rest = sizes[0] - factor * steps
    return rest == 0 ? name : node("Add", [name, vector(rest)])
  }

  /// The type of a value whose sizes in the three graphs differ where they follow the steps.
  private func type(_ types: [Onnx_TypeProto]) -> Onnx_TypeProto {
    var type = types[0]
    for place in type.tensorType.shape.dim.indices {
      let sizes = types.map { Int($0.tensorType.shape.dim[place].dimValue) }
      guard sizes[0] != sizes[1] else { continue }
      type.tensorType.shape.dim[place] = Onnx_TensorShapeProto.Dimension()
      if sizes == [steps, steps - 1, steps - 2] {
        type.tensorType.shape.dim[place].dimParam = "time"
      }
    }
    return type
  }

  // MARK: Nodes

  private mutating func node(
    _ type: String, _ inputs: [String], _ attributes: KeyValuePairs<String, Attribute> = [:]
  ) -> String {
    var node = Onnx_NodeProto()
    (node.opType, node.name, node.input) = (type, "time_\(type)_\(nodes.count)", inputs)
    node.output = [node.name]
    node.attribute = attributes.map { $1.proto(named: $0) }
    nodes.append(node)
    return node.name
  }

  private mutating func vector(_ value: Int) -> String {
    let name = "time_integers_\(added.count)"
    added.append(GraphWriter.Initializer(name: name, shape: [1], elements: .integers([value])))
    return name
  }
}

extension GraphWriter.Initializer {
  fileprivate func isEqual(to other: GraphWriter.Initializer) -> Bool {
    guard shape == other.shape else { return false }
    switch (elements, other.elements) {
    case (.floats(let a), .floats(let b)):
      return a.storage === b.storage && a.offset == b.offset && a.strides == b.strides
        || a.scalars == b.scalars
    case (.integers(let a), .integers(let b)): return a == b
    case (.flags(let a), .flags(let b)): return a == b
    default: return false
    }
  }

  /// The first elements along each axis, of a shape that is nowhere larger.
  fileprivate func beginning(_ sizes: [Int]) -> GraphWriter.Initializer {
    guard zip(sizes, shape).allSatisfy({ $0 <= $1 }) else { return self }
    let strides = Shape(shape).rowMajorStrides
    let own = Shape(sizes).rowMajorStrides
    let places = (0..<sizes.reduce(1, *)).map { place in
      sizes.indices.reduce(0) { $0 + place / own[$1] % sizes[$1] * strides[$1] }
    }
    let elements: GraphWriter.Elements =
      switch elements {
      case .floats(let tensor):
        .floats(Tensor({ all in places.map { all[$0] } }(tensor.scalars), shape: Shape(sizes)))
      case .integers(let all): .integers(places.map { all[$0] })
      case .flags(let all): .flags(places.map { all[$0] })
      }
    return GraphWriter.Initializer(name: name, shape: sizes, elements: elements)
  }
}
#endif
