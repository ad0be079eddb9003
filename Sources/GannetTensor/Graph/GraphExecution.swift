/// A graph that is ready to run: it knows where each value is read for the last time, so that its
/// buffer is free for the next ones.
package struct GraphExecution {
  private let graph: Graph
  private let plans: [Plan]
  private let valueCount: Int
  private let bufferCount: Int
  /// The axis of the first input that has the batch's examples.
  private let batchAxis: Int

  private struct Plan {
    /// For each input, whether this is its last use.
    var isLast: [Bool]
    /// The values that are made and never read.
    var unread: [Int] = []
    /// Whether its channel buffer is not used any more.
    var freesBuffer = false
  }

  package init(_ graph: Graph, batchAxis: Int = 0) {
    self.graph = graph
    self.batchAxis = batchAxis
    var later: Set<Int> = []
    var laterBuffers: Set<Int> = []
    for case .value(let number) in graph.outputs { later.insert(number) }
    var plans: [Plan] = []
    for step in graph.steps.reversed() {
      var plan = Plan(isLast: Array(repeating: false, count: step.inputs.count))
      plan.unread = step.made.filter { !later.contains($0) }
      if let buffer = step.buffer {
        plan.freesBuffer = laterBuffers.insert(buffer.number).inserted
      }
      for (index, input) in step.inputs.enumerated().reversed() {
        if case .value(let number) = input, later.insert(number).inserted {
          plan.isLast[index] = true
        }
      }
      plans.append(plan)
    }
    self.plans = plans.reversed()
    valueCount = (graph.inputs + graph.steps.flatMap(\.made)).reduce(-1, max) + 1
    bufferCount = graph.steps.compactMap { $0.buffer?.number }.reduce(-1, max) + 1
  }

  /// The names of the operations, in the order of their execution.
  package var operationNames: [String] { graph.steps.map(\.operation.name) }

  /// The results for `inputs`; nothing is recorded, and all weights keep their forms.
  package func callAsFunction(_ inputs: [GraphValue]) -> [GraphValue] {
    withoutGradients { KeptForms.$choice.withValue(.all) { run(inputs) } }
  }

  private func run(_ inputs: [GraphValue]) -> [GraphValue] {
    var values = [GraphValue?](repeating: nil, count: valueCount)
    var buffers = [ChannelBuffer?](repeating: nil, count: bufferCount)
    let batch = inputs.first?.shape.dropFirst(batchAxis).first ?? 1
    for (number, input) in zip(graph.inputs, inputs) { values[number] = input.plain }
    for (step, plan) in zip(graph.steps, plans) {
      var operands = [GraphValue?](repeating: nil, count: step.inputs.count)
      for (index, input) in step.inputs.enumerated() {
        switch input {
        case .value(let number):
          operands[index] = plan.isLast[index] ? values[number].take() : values[number]
        case .constant(let number): operands[index] = graph.constants[number]
        case nil: break
        }
      }
      let buffer = step.buffer.map { use in
        buffers[use.number].take() ?? ChannelBuffer(channels: use.channels)
      }
      var operation = step.operation
      if !step.rules.isEmpty { operation.sizes = step.rules.map { $0(batch) } }
      let results = operation(GraphInputs(consume operands), into: buffer)
      for (number, result) in zip(step.results, results) { values[number] = result }
      if let use = step.buffer {
        values[use.joined] = .tensor(buffer!.joined)
        if !plan.freesBuffer { buffers[use.number] = buffer }
      }
      for number in plan.unread { values[number] = nil }
    }
    return graph.outputs.map { output in
      switch output {
      case .value(let number): values[number]!
      case .constant(let number): graph.constants[number]
      }
    }
  }
}
