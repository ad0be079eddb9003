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
        var parts = StepParts(count: body.outputs.count - 1 - carried)
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
          try parts.append(results.dropFirst(carried + 1), x)
          step += 1
        }
        return values + parts.joined { _, _ in 0 }
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
        var parts = StepParts(count: joined)
        for step in 0..<steps {
          let slices = (0..<cut).map { input -> GraphValue in
            let place = inputDirections?[input] == 1 ? steps - 1 - step : step
            return x.value(carried + input).sliced(place..<place + 1, along: axes[input])
              .squeezed(at: axes[input])
          }
          let results = try x.step(body, values + slices)
          values = Array(results.prefix(carried))
          try parts.append(results.dropFirst(carried), x)
        }
        for (index, direction) in (outputDirections ?? []).enumerated() where direction == 1 {
          parts.reverse(index)
        }
        return values + (try parts.joined { try x.axis(outputAxes?[$0] ?? 0, rank: $1) })
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
}

/// The results of a loop's steps that are joined along a new axis.
private struct StepParts {
  /// The parts of each result, one a step.
  private var parts: [[GraphValue]]

  init(count: Int) { parts = Array(repeating: [], count: count) }

  /// Adds a part of each result; throws before all parts of one are larger than a value may be.
  mutating func append(_ results: ArraySlice<GraphValue>, _ x: NodeInputs) throws {
    for (index, part) in zip(parts.indices, results) {
      try x.require(
        parts[index].first.map { $0.shape == part.shape } ?? true,
        "parts of one shape in each step")
      _ = try x.shape([parts[index].count + 1] + Array(part.shape))
      parts[index].append(part)
    }
  }

  /// Reverses the order of the steps of a result.
  mutating func reverse(_ index: Int) { parts[index].reverse() }

  /// The results, whose new axes are given by their number and the result's rank.
  func joined(along axis: (_ index: Int, _ rank: Int) throws -> Int) rethrows -> [GraphValue] {
    try parts.enumerated().map { index, parts in
      guard let first = parts.first else { return .tensor(Tensor(zeros: [0])) }
      let axis = try axis(index, first.shape.rank + 1)
      let integers = parts.compactMap { part -> IntTensor? in
        if case .integers(let integers) = part { integers } else { nil }
      }
      return integers.count == parts.count
        ? .integers(stack(integers, along: axis)) : .tensor(stack(parts.map(\.floats), along: axis))
    }
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
