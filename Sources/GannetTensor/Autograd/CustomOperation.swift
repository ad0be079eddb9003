extension Tensor {
  /// Records a custom operation on `inputs` as one step of the tape, and returns its result.
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
  /// Check it with ``checkGradients(of:at:step:tolerance:sampleCount:)``.
  ///
  /// - Parameters:
  ///   - name: The operation's name in messages and drawings.
  ///   - inputs: The tensors that get gradients; others that the closures capture get none.
  ///   - twiceDifferentiable: Whether `backward` consists of differentiable operations on its
  ///     arguments; otherwise second derivatives stop with a message.
  ///   - forward: The forward function, from the inputs to the result. Its operations are not
  ///     recorded.
  ///   - backward: The backward function, from the result's gradient, the inputs and the result to
  ///     the inputs' gradients, of the inputs' shapes; nil means zeros. Stops at other shapes.
  public static func operation(
    _ name: StaticString, inputs: [Tensor], twiceDifferentiable: Bool = false,
    forward: ([Tensor]) -> Tensor,
    backward: @escaping (_ gradient: Tensor, _ inputs: [Tensor], _ output: Tensor) -> [Tensor?]
  ) -> Tensor {
    operation(name, inputs: inputs, twiceDifferentiable: twiceDifferentiable) { inputs in
      (forward(inputs), ())
    } backward: { gradient, inputs, output, _ in
      backward(gradient, inputs, output)
    }
  }

  /// Records a custom operation on `inputs`, whose `forward` saves intermediate results for
  /// `backward`, and returns its result.
  ///
  ///     /// x tanh(softplus(x)).
  ///     func mish(_ x: Tensor) -> Tensor {
  ///       Tensor.operation("mish", inputs: [x]) { inputs in
  ///         let gate = tanh(softplus(inputs[0]))
  ///         return (inputs[0] * gate, gate)
  ///       } backward: { gradient, inputs, output, gate in
  ///         [gradient * (gate + inputs[0] * (1 - gate * gate) * sigmoid(inputs[0]))]
  ///       }
  ///     }
  ///
  /// - Parameters:
  ///   - name: The operation's name in messages and drawings.
  ///   - inputs: The tensors that get gradients; others that the closures capture get none.
  ///   - twiceDifferentiable: Whether `backward` consists of differentiable operations on its
  ///     arguments; otherwise second derivatives stop with a message. Saved values are constants,
  ///     so a `backward` that uses them is not twice differentiable.
  ///   - forward: The forward function, from the inputs to the result and the saved values. Its
  ///     operations are not recorded.
  ///   - backward: The backward function, as in
  ///     ``operation(_:inputs:twiceDifferentiable:forward:backward:)``, with the saved values as
  ///     last argument.
  public static func operation<Saved>(
    _ name: StaticString, inputs: [Tensor], twiceDifferentiable: Bool = false,
    forward: ([Tensor]) -> (output: Tensor, saved: Saved),
    backward:
      @escaping (
        _ gradient: Tensor, _ inputs: [Tensor], _ output: Tensor, _ saved: Saved
      ) -> [Tensor?]
  ) -> Tensor {
    let (result, saved) = withoutGradients { forward(inputs.map { $0.detached() }) }
    let output = result.detached()
    return output.recordedWithOutput(
      name, inputs.map(\.node), twiceDifferentiable: twiceDifferentiable
    ) { gradient, node in
      let gradients = backward(gradient, inputs, output.attached(to: node), saved)
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
