#if ONNX
import GannetTensor

/// The values of a graph while it runs, and those of the graphs around it.
final class Scope {
  private var values: [String: GraphValue]
  private let outer: (String) -> GraphValue?
  private let steps: StepCount

  /// Makes a scope of a call's inputs, beside the weights that `outer` finds by name.
  ///
  /// - Parameter mostSteps: The most steps that all loops of the call may take.
  init(
    _ values: [String: GraphValue], mostSteps: Int, outer: @escaping (String) -> GraphValue?
  ) {
    (self.values, self.outer, steps) = (values, outer, StepCount(mostSteps))
  }

  /// Makes a scope of the inputs and constants of a graph that is part of a node.
  init(_ values: [String: GraphValue], around scope: Scope) {
    (self.values, outer, steps) = (values, { scope[$0] }, scope.steps)
  }

  subscript(name: String) -> GraphValue? {
    get { values[name] ?? outer(name) }
    set { values[name] = newValue }
  }

  /// Counts a step of a loop; false where the call has taken as many as it may.
  func takeStep() -> Bool { steps.take() }
}

/// The steps that loops may still take, of a call.
private final class StepCount {
  private var rest: Int

  init(_ most: Int) { rest = most }

  func take() -> Bool {
    rest -= 1
    return rest >= 0
  }
}
#endif
