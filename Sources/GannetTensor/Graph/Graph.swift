/// A computation as a list of operations, in the order of their execution.
package struct Graph {
  /// An input of an operation, or a result of the graph.
  package enum Operand: Hashable {
    /// A value, by its number.
    case value(Int)
    /// A constant, by its index.
    case constant(Int)
  }

  /// The use of a channel buffer.
  package struct BufferUse {
    /// The buffer, by its number.
    package let number: Int
    let channels: Int
    /// The number of the value of all channels that are written afterwards.
    package let joined: Int
  }

  /// An operation with its inputs and results.
  package struct Step {
    package var operation: any GraphOperation
    package var inputs: [Operand?]
    package var results: [Int]
    /// The buffer into whose next channels the result is written; nil for none.
    package internal(set) var buffer: BufferUse?
    /// How the operation's sizes follow from the size of the batch; empty where none does.
    package internal(set) var rules: [SizeRule] = []

    /// All values that it makes.
    var made: [Int] { results + (buffer.map { [$0.joined] } ?? []) }
  }

  /// A size as a function of the batch's.
  package enum SizeRule: Equatable {
    case constant(Int)
    case perExample(Int)

    package var isConstant: Bool {
      if case .constant = self { true } else { false }
    }

    package func callAsFunction(_ batch: Int) -> Int {
      switch self {
      case .constant(let size): size
      case .perExample(let size): size * batch
      }
    }
  }

  package internal(set) var steps: [Step] = []
  package internal(set) var constants: [GraphValue] = []
  package internal(set) var inputs: [Int] = []
  package internal(set) var outputs: [Operand] = []
  /// The shape of each value, by its number, in the trace.
  package internal(set) var shapes: [Shape] = []

  /// The number of times that each value is read, as an input or as a result of the graph.
  var uses: [Int: Int] {
    var uses: [Int: Int] = [:]
    for case .value(let number) in steps.flatMap(\.inputs) { uses[number, default: 0] += 1 }
    for case .value(let number) in outputs { uses[number, default: 0] += 1 }
    return uses
  }

  /// This graph without the steps whose results nothing reads.
  func withoutUnused() -> Graph {
    var needed: Set<Int> = []
    var neededBuffers: Set<Int> = []
    for case .value(let number) in outputs { needed.insert(number) }
    var kept: [Step] = []
    for step in steps.reversed() {
      let isNeeded =
        step.made.contains(where: needed.contains)
        || step.buffer.map { neededBuffers.contains($0.number) } ?? false
      guard isNeeded else { continue }
      kept.append(step)
      if let buffer = step.buffer { neededBuffers.insert(buffer.number) }
      for case .value(let number) in step.inputs { needed.insert(number) }
    }
    var graph = self
    graph.steps = kept.reversed()
    return graph
  }

  /// This graph, a trace of `batch` examples, for any number of them, found by comparison with the
  /// trace of another number.
  package func generalized(
    _ batch: Int, from other: Graph, of otherBatch: Int
  ) throws(TraceError) -> Graph {
    guard steps.count == other.steps.count, outputs == other.outputs else {
      throw .irregular("it runs other operations for \(batch) examples than for \(otherBatch)")
    }
    var graph = self
    for index in steps.indices {
      let (one, two) = (steps[index], other.steps[index])
      let name = one.operation.name
      guard name == two.operation.name, one.inputs == two.inputs, one.results == two.results else {
        throw .irregular(
          "operation \(index) is \(name) for \(batch) examples, \(two.operation.name) for \(otherBatch)"
        )
      }
      let (sizes, others) = (one.operation.sizes, two.operation.sizes)
      guard sizes.count == others.count else { throw .irregular("\(name) has other ranks") }
      if sizes == others { continue }
      var rules: [SizeRule] = []
      for (size, other) in zip(sizes, others) {
        if size == other {
          rules.append(.constant(size))
        } else if size % batch == 0, size / batch * otherBatch == other {
          rules.append(.perExample(size / batch))
        } else {
          throw .irregular(
            "\(name) has the size \(size) for \(batch) examples, and \(other) for "
              + "\(otherBatch)")
        }
      }
      graph.steps[index].rules = rules
    }
    for index in constants.indices.reversed() {
      let (one, two) = (constants[index], other.constants[index])
      if one.shape == two.shape { continue }
      guard let rules = repetition(of: one, batch, two, otherBatch) else {
        throw .irregular(
          "a constant has the shape \(one.shape) for \(batch) examples, \(two.shape) for "
            + "\(otherBatch)")
      }
      graph.repeatConstant(index, rules)
    }
    return graph
  }

  /// The sizes of a constant that repeats one part for each example; nil if it is another constant.
  private func repetition(
    of one: GraphValue, _ batch: Int, _ two: GraphValue, _ otherBatch: Int
  ) -> [SizeRule]? {
    guard case .tensor = one, case .tensor(let other) = two,
      one.shape.rank == other.rank,
      let axis = one.shape.indices.first(where: { one.shape[$0] != other.shape[$0] }),
      one.shape == other.shape.replacing(axis, with: batch), batch == 1,
      other.shape[axis] == otherBatch
    else { return nil }
    let part = other.sliced(0..<1, along: axis)
    guard other.scalars == part.expanded(to: other.shape).scalars else { return nil }
    return one.shape.indices.map { $0 == axis ? .perExample(1) : .constant(one.shape[$0]) }
  }

  /// Lets a first step make the constant `index` of the size of the batch.
  private mutating func repeatConstant(_ index: Int, _ rules: [SizeRule]) {
    let number = shapes.count
    shapes.append(constants[index].shape)
    func changed(_ operand: Operand?) -> Operand? {
      operand == .constant(index) ? .value(number) : operand
    }
    for step in steps.indices { steps[step].inputs = steps[step].inputs.map(changed) }
    outputs = outputs.map { changed($0)! }
    let expansion = ExpansionOperation(sizes: Array(constants[index].shape))
    steps.insert(
      Step(operation: expansion, inputs: [.constant(index)], results: [number], rules: rules),
      at: 0)
  }
}
