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

  /// This graph without the steps and constants that nothing reads.
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
    graph.dropUnusedConstants()
    return graph
  }

  private mutating func dropUnusedConstants() {
    let all = constants
    var places: [Int: Int] = [:]
    var used: [GraphValue] = []
    changeOperands { operand in
      guard case .constant(let index) = operand else { return operand }
      if places[index] == nil {
        places[index] = used.count
        used.append(all[index])
      }
      return .constant(places[index]!)
    }
    constants = used
  }

  /// Replaces all inputs of operations, and the results.
  mutating func changeOperands(_ change: (Operand) -> Operand) {
    for step in steps.indices { steps[step].inputs = steps[step].inputs.map { $0.map(change) } }
    outputs = outputs.map(change)
  }
}
