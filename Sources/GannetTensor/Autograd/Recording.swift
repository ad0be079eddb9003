/// Whether operations are put on the tape, task by task.
package enum Recording {
  @TaskLocal package static var isOn = true
}

/// Runs `body` without recording: no gradient flows through what it computes, nothing is saved, and
/// leaves may be changed in place. Holds for the task, not for other threads.
public func withoutGradients<Result>(_ body: () throws -> Result) rethrows -> Result {
  try Recording.$isOn.withValue(false, operation: body)
}

extension Tensor {
  /// Whether an operation on this tensor would be recorded now.
  package var isRecorded: Bool { node != nil && Recording.isOn }

  /// This tensor as the result of `operation` on `inputs`.
  ///
  /// `backward` gets the gradient of this tensor and returns those of the inputs, in their order, nil
  /// where none is needed; it is written with recorded operations, and so can be differentiated.
  /// The closure saves whatever it captures: let go of tensors that the gradient does not need.
  package consuming func recorded(
    _ operation: StaticString, _ inputs: [Node?], twiceDifferentiable: Bool = true,
    backward: @escaping (consuming Tensor) -> [Tensor?]
  ) -> Tensor {
    recordedWithOutput(operation, inputs, twiceDifferentiable: twiceDifferentiable) { gradient, _ in
      backward(gradient)
    }
  }

  /// As `recorded`, where `backward` needs the result too: it captures the result without its node,
  /// which would be a cycle, and puts the node on again by `attached(to:)`.
  package consuming func recordedWithOutput(
    _ operation: StaticString, _ inputs: [Node?], twiceDifferentiable: Bool = true,
    backward: @escaping BackwardStep
  ) -> Tensor {
    var result = self
    result.node = nil
    guard Recording.isOn, inputs.contains(where: { $0 != nil }) else { return result }
    let node = Node(
      operation, shape: result.shape, inputs: inputs, twiceDifferentiable: twiceDifferentiable,
      backward: backward)
    TapeProfile.current?.noteForward(node)
    result.node = node
    return result
  }

  /// This tensor as the result of `operation`, whose gradient is computed in one of two ways.
  ///
  /// - Parameters:
  ///   - step: The fast one, of which nothing is recorded.
  ///   - formula: The same gradients in recorded operations, from saved tensors that are on the
  ///     tape: what is differentiated in turn.
  package consuming func recorded(
    _ operation: StaticString, _ inputs: [Node?],
    step: @escaping (consuming Tensor) -> [Tensor?], formula: @escaping BackwardStep
  ) -> Tensor {
    recordedWithOutput(operation, inputs) { gradient, node in
      if Recording.isOn { return formula(gradient, node) }
      return step(gradient)
    }
  }

  /// This tensor as what `node` stands for; as a constant if that is nil.
  package func attached(to node: Node?) -> Tensor {
    var tensor = self
    tensor.node = node
    return tensor
  }
}
