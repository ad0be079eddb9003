/// Task-local switch of recording on the tape.
package enum Recording {
  @TaskLocal package static var isOn = true

  /// Whether an operation on these inputs would be recorded now.
  static func isOn(for inputs: [Node?]) -> Bool { inputs.contains { $0 != nil } && isOn }
}

/// Runs `body` without recording operations: results have no gradient, nothing is saved, and leaves
/// may be changed in place. Applies to the current task alone (PyTorch's `no_grad`).
public func withoutGradients<Result>(_ body: () throws -> Result) rethrows -> Result {
  try Recording.$isOn.withValue(false, operation: body)
}

extension Tensor {
  /// Whether an operation on this tensor would be recorded now.
  package var isRecorded: Bool { node != nil && Recording.isOn }

  /// Records this tensor as the result of `operation` on `inputs`.
  ///
  /// `backward` maps the gradient of this tensor to those of the inputs, nil where none is needed,
  /// by recorded operations, so that it can be differentiated. Its captures are saved until the
  /// backward pass: capture only tensors that the gradient needs.
  package consuming func recorded(
    _ operation: StaticString, _ inputs: [Node?], twiceDifferentiable: Bool = true,
    backward: @escaping (consuming Tensor) -> [Tensor?]
  ) -> Tensor {
    recordedWithOutput(operation, inputs, twiceDifferentiable: twiceDifferentiable) { gradient, _ in
      backward(gradient)
    }
  }

  /// As `recorded`, for a `backward` that needs the result: it captures the result without its
  /// node, to avoid a cycle, and restores the node by `attached(to:)`.
  package consuming func recordedWithOutput(
    _ operation: StaticString, _ inputs: [Node?], twiceDifferentiable: Bool = true,
    backward: @escaping BackwardStep
  ) -> Tensor {
    var result = self
    result.node = nil
    Trace.current?.note("runs \(operation)", on: inputs)
    guard Recording.isOn(for: inputs) else { return result }
    let node = Node(
      operation, shape: result.shape, inputs: inputs, twiceDifferentiable: twiceDifferentiable,
      backward: backward)
    TapeProfile.current?.noteForward(node)
    result.node = node
    return result
  }

  /// Records this tensor as the result of a fused `operation`, with two ways to compute its
  /// gradient.
  ///
  /// - Parameters:
  ///   - step: The fused one, which is not recorded.
  ///   - formula: The same gradients by recorded operations on saved tensors, for second
  ///     derivatives.
  package consuming func recorded(
    _ operation: StaticString, _ inputs: [Node?],
    step: @escaping (consuming Tensor) -> [Tensor?], formula: @escaping BackwardStep
  ) -> Tensor {
    recordedWithOutput(operation, inputs) { gradient, node in
      if Recording.isOn { return formula(gradient, node) }
      return step(gradient)
    }
  }

  /// This tensor with `node` as its node of the tape; a constant if that is nil.
  package func attached(to node: Node?) -> Tensor {
    var tensor = self
    tensor.node = node
    return tensor
  }
}
