import Synchronization

/// A recording of the operations that lead from some values to others, as a ``Graph``.
///
/// While a trace is on, each operation hands itself over with its inputs and its results. Only
/// results that depend on the trace's inputs are recorded; all others are constants.
package final class Trace: @unchecked Sendable {
  private(set) var graph = Graph()
  /// Whether results are computed; otherwise those of known shapes are zeros.
  private let computesValues: Bool
  /// The numbers of the values that depend on the inputs, by identity.
  private var numbers: [ObjectIdentifier: Int] = [:]
  /// Keeps the identities, so that none is used twice.
  private var identities: [AnyObject] = []
  private var constants: [ConstantKey: Int] = [:]
  private var buffers: [ObjectIdentifier: Int] = [:]
  private var heldBuffers: [ChannelBuffer] = []
  /// The names of what was done to values that depend on the inputs and cannot be recorded.
  private(set) var obstacles: [String] = []

  private struct ConstantKey: Hashable {
    let storage: ObjectIdentifier
    let offset: Int
    let shape: Shape
    let strides: Strides
  }

  // MARK: The trace that is on

  private static let count = Atomic<Int>(0)
  @TaskLocal private static var ofTask: Trace?

  /// The trace of this task; nil where none is on.
  package static var current: Trace? {
    count.load(ordering: .relaxed) == 0 ? nil : ofTask
  }

  private init(computesValues: Bool) { self.computesValues = computesValues }

  /// Traces `body` on `inputs`.
  ///
  /// - Parameter computesValues: False to follow shapes alone: the results of operations that know
  ///   their shapes are zeros, so that weights are not read; true by default.
  /// - Returns: The graph, and the results of `body`.
  /// - Throws: ``TraceError`` where it does what a graph cannot do.
  package static func graph(
    of body: ([GraphValue]) -> [GraphValue], on inputs: [GraphValue], computesValues: Bool = true
  ) throws(TraceError) -> (graph: Graph, results: [GraphValue]) {
    let trace = Trace(computesValues: computesValues)
    let own = inputs.map { $0.identified() }
    trace.graph.inputs = own.map(trace.number)
    count.add(1, ordering: .relaxed)
    let results = withoutGradients {
      KeptForms.$choice.withValue(.none) { Trace.$ofTask.withValue(trace) { body(own) } }
    }
    count.subtract(1, ordering: .relaxed)
    if let obstacle = trace.obstacles.first { throw .untraceable(obstacle) }
    trace.graph.outputs = results.map { trace.operand($0)! }
    return (trace.graph.withoutUnused(), results.map(\.plain))
  }

  // MARK: Recording

  /// The results of `operation`, recorded.
  package func record(
    _ operation: some GraphOperation, _ inputs: [GraphValue?], into buffer: ChannelBuffer? = nil
  ) -> [GraphValue] {
    let isRecorded = buffer != nil || inputs.contains(where: isDynamic)
    let results = Trace.$ofTask.withValue(nil) {
      let plain = GraphInputs(inputs.map { $0?.plain })
      // Constants are made of the others, and need their values.
      if isRecorded, !computesValues, let shapes = operation.shapes(of: plain) {
        return shapes.map { .tensor(Tensor(0).expanded(to: $0)) }.placed(in: buffer)
      }
      return operation(plain, into: buffer)
    }
    guard isRecorded else { return results }
    let marked = results.map { $0.identified() }
    var step = Graph.Step(
      operation: operation, inputs: inputs.map { $0.flatMap(operand) },
      results: marked.map(number))
    if let buffer {
      let joined = GraphValue.tensor(buffer.joined).identified()
      step.buffer = Graph.BufferUse(
        number: number(of: buffer), channels: buffer.channels, joined: number(joined))
      buffer.identify(by: joined.tensor.node!)
    }
    graph.steps.append(step)
    return marked
  }

  /// The only result of `operation`, a tensor.
  package func record(
    _ operation: some GraphOperation, _ inputs: [Tensor?], into buffer: ChannelBuffer? = nil
  ) -> Tensor {
    record(operation, inputs.map { $0.map { .tensor($0) } }, into: buffer)[0].tensor
  }

  /// The result of `body` on `inputs`, as an operation that is known by its name.
  package func record(
    _ name: StaticString, _ inputs: [Tensor], sizes: [Int] = [],
    _ body: @escaping (_ inputs: consuming GraphInputs, _ sizes: [Int]) -> Tensor
  ) -> Tensor {
    let operation = TracedFunction(name, sizes: sizes) { [.tensor(body($0, $1))] }
    return record(operation, inputs.map { Optional($0) })
  }

  /// Runs `body` without recording it.
  static func untraced<Result>(_ body: () throws -> Result) rethrows -> Result {
    guard current != nil else { return try body() }
    return try Trace.$ofTask.withValue(nil, operation: body)
  }

  /// Notes that `description` was done to the value of an identity; that is an obstacle where the value
  /// depends on the trace's inputs.
  func note(_ description: @autoclosure () -> String, on identity: AnyObject?) {
    guard let identity, numbers[ObjectIdentifier(identity)] != nil else { return }
    obstacles.append(description())
  }

  func note(_ description: @autoclosure () -> String, on identities: [Node?]) {
    for identity in identities { note(description(), on: identity) }
  }

  // MARK: Values

  private func isDynamic(_ value: GraphValue?) -> Bool {
    guard let identity = value?.identity else { return false }
    return numbers[ObjectIdentifier(identity)] != nil
  }

  private func number(_ value: GraphValue) -> Int {
    let identity = value.identity!
    identities.append(identity)
    numbers[ObjectIdentifier(identity)] = numbers.count
    graph.shapes.append(value.shape)
    return numbers.count - 1
  }

  private func operand(_ value: GraphValue) -> Graph.Operand? {
    if let identity = value.identity, let number = numbers[ObjectIdentifier(identity)] {
      return .value(number)
    }
    guard case .tensor(let tensor) = value else {
      graph.constants.append(value.plain)
      return .constant(graph.constants.count - 1)
    }
    let key = ConstantKey(
      storage: ObjectIdentifier(tensor.storage), offset: tensor.offset, shape: tensor.shape,
      strides: tensor.strides)
    if let known = constants[key] { return .constant(known) }
    graph.constants.append(value.plain)
    constants[key] = graph.constants.count - 1
    return .constant(graph.constants.count - 1)
  }

  private func number(of buffer: ChannelBuffer) -> Int {
    if let known = buffers[ObjectIdentifier(buffer)] { return known }
    heldBuffers.append(buffer)
    buffers[ObjectIdentifier(buffer)] = buffers.count
    return buffers.count - 1
  }
}

/// A computation that cannot be traced.
package enum TraceError: Error {
  /// The computation does something that is not recorded, such as to read values of a tensor that
  /// depends on the inputs; the text names it.
  case untraceable(String)
  /// The operations, or their sizes, differ for other numbers of examples; the text names the first
  /// difference.
  case irregular(String)
}
