#if ONNX
import GannetTensor

// A body runs once for each step. In a trace, the steps that are taken are those of the example.

extension Operator {
  static let loops: [String: Operator] = [
    // Inputs: the most steps, a condition, the values that are carried. The body takes the step's number,
    // the condition and the values; it gives the condition, the values, and parts that are joined.
    "Loop": Operator(2...Int.max, required: 0) { node in
      let body = try node.graph("body")
      let carried = node.inputs.count - 2
      guard body.inputs.count == carried + 2, body.outputs.count > carried,
        !node.inputs.dropFirst(2).contains("")
      else { throw node.fault("has a body of other inputs and results than its own") }
      return { x in
        let most = x.optional(0) == nil ? nil : try x.integer(0)
        var condition = x.optional(1) == nil ? true : try x.number(1) != 0
        var values = (0..<carried).map { x.value($0 + 2) }
        var parts = Array(repeating: [GraphValue](), count: body.outputs.count - 1 - carried)
        var step = 0
        while condition, step < most ?? .max {
          let number = GraphValue.integers(IntTensor([Int32(clamping: step)], shape: []))
          let results = try x.step(
            body, [number, .tensor(Tensor(condition ? 1 : 0))] + values)
          guard results[0].shape.elementCount == 1 else {
            throw x.fault("has a condition of shape \(results[0].shape)")
          }
          condition = results[0].floats.reshaped(to: []).scalar != 0
          values = Array(results[1..<carried + 1])
          for index in parts.indices { parts[index].append(results[carried + 1 + index]) }
          step += 1
        }
        return values + (try parts.map { try x.joined($0, along: 0) })
      }
    },
    // Inputs: the values that are carried, then those that are cut into steps. The body takes and gives
    // the values, and takes and gives parts.
    "Scan": Operator(1...Int.max) { node in
      let body = try node.graph("body")
      let cut = try node.int("num_scan_inputs")
      guard (1...node.inputs.count).contains(cut), body.inputs.count == node.inputs.count,
        body.outputs.count >= node.inputs.count - cut
      else { throw node.fault("has a body of other inputs and results than its own") }
      let carried = node.inputs.count - cut
      let joined = body.outputs.count - carried
      let inputAxes = try node.ints("scan_input_axes", count: cut)
      let inputDirections = try node.ints("scan_input_directions", count: cut)
      let outputAxes = try node.ints("scan_output_axes", count: joined)
      let outputDirections = try node.ints("scan_output_directions", count: joined)
      return { x in
        let axes = try (0..<cut).map { try x.axis(inputAxes?[$0] ?? 0, of: carried + $0) }
        let steps = x.shape(carried)[axes[0]]
        try x.require(
          (0..<cut).allSatisfy { x.shape(carried + $0)[axes[$0]] == steps },
          "as many steps of each input")
        var values = (0..<carried).map { x.value($0) }
        var parts = Array(repeating: [GraphValue](), count: joined)
        for step in 0..<steps {
          let slices = (0..<cut).map { input -> GraphValue in
            let place = inputDirections?[input] == 1 ? steps - 1 - step : step
            return x.value(carried + input).sliced(place..<place + 1, along: axes[input])
              .squeezed(at: axes[input])
          }
          let results = try x.step(body, values + slices)
          values = Array(results.prefix(carried))
          for index in parts.indices { parts[index].append(results[carried + index]) }
        }
        return try values
          + parts.enumerated().map { index, parts in
            let isReversed = outputDirections?[index] == 1
            let rank = (parts.first?.shape.rank ?? 0) + 1
            return try x.joined(
              isReversed ? parts.reversed() : parts,
              along: x.axis(outputAxes?[index] ?? 0, rank: rank))
          }
      }
    },
  ]
}

extension NodeInputs {
  /// The results of a body for `inputs`, as one of the steps that a call may take.
  fileprivate func step(_ body: ImportedGraph, _ inputs: [GraphValue]) throws -> [GraphValue] {
    guard scope.takeStep() else {
      throw fault("loops for more steps than a call may take", .tooLarge)
    }
    let values = zip(body.inputs.map(\.name), inputs).map { ($0, $1) }
    let known = body.constants.merging(values) { $1 }
    return try body.run(in: Scope(known, around: scope))
  }

  /// The parts of all steps, along a new axis.
  fileprivate func joined(_ parts: [GraphValue], along axis: Int) throws -> GraphValue {
    guard let first = parts.first?.shape else { return .tensor(Tensor(zeros: [0])) }
    try require(parts.allSatisfy { $0.shape == first }, "parts of one shape in each step")
    _ = try shape([parts.count] + Array(first))
    let integers = parts.compactMap { part -> IntTensor? in
      if case .integers(let integers) = part { integers } else { nil }
    }
    return integers.count == parts.count
      ? .integers(stack(integers, along: axis)) : .tensor(stack(parts.map(\.floats), along: axis))
  }
}

extension GraphValue {
  fileprivate func squeezed(at axis: Int) -> GraphValue {
    switch self {
    case .tensor(let tensor): .tensor(tensor.squeezed(at: axis))
    case .integers(let integers): .integers(integers.squeezed(at: axis))
    }
  }
}
#endif
