extension Graph {
  /// This graph, a trace of two examples, for any number of them: what differs in `one`, the trace of
  /// one example, must be half as large there, or be the part that is repeated for each example here.
  package func generalized(from one: Graph) throws(TraceError) -> Graph {
    guard steps.count == one.steps.count, outputs == one.outputs else {
      throw .irregular("it runs other operations for two examples than for one")
    }
    var graph = self
    for (index, (other, step)) in zip(steps, one.steps).enumerated() {
      let name = step.operation.name
      guard name == other.operation.name, step.inputs == other.inputs,
        step.results == other.results
      else {
        throw .irregular(
          "operation \(index) is \(name) for one example, \(other.operation.name) for two")
      }
      let (sizes, doubled) = (step.operation.sizes, other.operation.sizes)
      if sizes != doubled { graph.steps[index].rules = try rules(name, sizes, doubled) }
    }
    for index in constants.indices {
      let (constant, other) = (one.constants[index], constants[index])
      if constant.shape == other.shape { continue }
      guard let rules = repetition(of: constant, other) else {
        throw .irregular(
          "a constant has the shape \(constant.shape) for one example, \(other.shape) for two")
      }
      graph.constants[index] = constant
      graph.repeatConstant(index, rules)
    }
    return graph
  }

  /// The rules of an operation's sizes from those for one example and for two.
  private func rules(
    _ name: String, _ sizes: [Int], _ doubled: [Int]
  ) throws(TraceError) -> [SizeRule] {
    guard sizes.count == doubled.count else {
      throw .irregular("\(name) has the sizes \(sizes) for one example, \(doubled) for two")
    }
    var rules: [SizeRule] = []
    for (size, other) in zip(sizes, doubled) {
      guard other == size || other == 2 * size else {
        throw .irregular("\(name) has the size \(size) for one example, \(other) for two")
      }
      rules.append(other == size ? .constant(size) : .perExample(size))
    }
    return rules
  }

  /// The rules of the shape of a constant that repeats one part along an axis, once for each example;
  /// nil if it is another constant.
  private func repetition(of constant: GraphValue, _ doubled: GraphValue) -> [SizeRule]? {
    guard case .tensor(let one) = constant, case .tensor(let two) = doubled, one.rank == two.rank,
      let axis = one.shape.indices.first(where: { one.shape[$0] != two.shape[$0] }),
      one.shape[axis] == 1, two.shape == one.shape.replacing(axis, with: 2),
      two.scalars == one.expanded(to: two.shape).scalars
    else { return nil }
    return one.shape.indices.map { $0 == axis ? .perExample(1) : .constant(one.shape[$0]) }
  }

  /// Lets a first step make the constant `index` in the size of the batch.
  private mutating func repeatConstant(_ index: Int, _ rules: [SizeRule]) {
    let number = shapes.count
    shapes.append(constants[index].shape)
    changeOperands { $0 == .constant(index) ? .value(number) : $0 }
    let expansion = ExpansionOperation(sizes: Array(constants[index].shape))
    steps.insert(
      Step(operation: expansion, inputs: [.constant(index)], results: [number], rules: rules),
      at: 0)
  }
}
