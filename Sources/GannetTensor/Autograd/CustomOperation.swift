extension Tensor {
  /// The result of an operation of your own on `inputs`, as one step of the tape.
  ///
  ///     /// The cube of every element.
  ///     func cube(_ x: Tensor) -> Tensor {
  ///       Tensor.operation("cube", inputs: [x]) { inputs in
  ///         inputs[0] * inputs[0] * inputs[0]
  ///       } backward: { gradient, inputs, output in
  ///         [gradient * inputs[0] * inputs[0] * 3]
  ///       }
  ///     }
  ///
  /// Check yours with ``checkGradients(of:at:step:tolerance:sampleCount:)``.
  ///
  /// - Parameters:
  ///   - name: What messages and drawings call it.
  ///   - inputs: What it works on; what the closures capture besides gets no gradient.
  ///   - twiceDifferentiable: Whether `backward` is made of differentiable operations on what it is
  ///     given. Unless it is, a second derivative stops with a message.
  ///   - forward: From the inputs to the result. Nothing in it is recorded.
  ///   - backward: From the gradient of the result, the inputs and the result to the gradients of
  ///     the inputs, in their order and of their shapes; nil stands for 0. Stops at other shapes.
  public static func operation(
    _ name: StaticString, inputs: [Tensor], twiceDifferentiable: Bool = false,
    forward: ([Tensor]) -> Tensor,
    backward: @escaping (_ gradient: Tensor, _ inputs: [Tensor], _ output: Tensor) -> [Tensor?]
  ) -> Tensor {
    let output = withoutGradients { forward(inputs.map { $0.detached() }) }.detached()
    return output.recordedWithOutput(
      name, inputs.map(\.node), twiceDifferentiable: twiceDifferentiable
    ) { gradient, node in
      let gradients = backward(gradient, inputs, output.attached(to: node))
      guard gradients.count == inputs.count else {
        fail("\(name): \(gradients.count) gradients for \(inputs.count) inputs")
      }
      for case (let gradient?, let input) in zip(gradients, inputs)
      where gradient.shape != input.shape {
        fail("\(name): a gradient of shape \(gradient.shape) for an input of shape \(input.shape)")
      }
      return gradients
    }
  }
}
