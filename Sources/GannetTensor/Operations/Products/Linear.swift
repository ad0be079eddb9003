/// A linear layer x Wᵀ + b, fused with an activation and dropout into one step.
///
/// - Parameters:
///   - x: `[N, in]` or `[..., in]`.
///   - weight: `[out, in]`, as in PyTorch.
///   - bias: `[out]`, or nil for none.
///   - activation: The activation fused into the epilogue; none by default.
///   - dropout: The dropout after the activation; none by default.
/// - Returns: `[..., out]`.
public func linear(
  _ x: Tensor, weight: Tensor, bias: Tensor? = nil, activation: Activation = .identity,
  dropout: DropoutMask? = nil
) -> Tensor {
  if let trace = Trace.current, dropout == nil {
    return trace.record(LinearOperation(activation: activation), [x, weight, bias])
  }
  let shape = linearShape(x.shape, weight: weight.shape)
  if let dropout, activation.derivativeSource == .result, activation != .relu {
    // The derivative needs the result before dropout.
    let y = linear(x, weight: weight, bias: bias, activation: activation)
    return GannetTensor.dropout(y, mask: dropout)
  }
  let (features, outputs) = (weight.shape[1], weight.shape[0])
  if let bias, bias.shape != [outputs] { failShapes("linear, bias", weight.shape, bias.shape) }
  let x = x.contiguous()
  let rows = features == 0 ? x.shape.dropLast().reduce(1, *) : x.count / features
  let inputs = [x.node, weight.node, bias?.node]
  let output = FusedResult(
    shape, activation, isRecorded: Recording.isOn(for: inputs))
  dropout?.check("linear, dropout", output.result.shape)
  let parameters = (weight: weight.contiguous(), bias: bias?.contiguous())
  let epilogue = LinearEpilogue(output: output, stride: outputs, dropout: dropout)
  BLAS.multiply(
    BLAS.Operand(x.pointer, stride: features), byWeight: parameters.weight,
    into: output.product.pointer, stride: outputs, rows: rows,
    start: parameters.bias.map { .rows($0.pointer) } ?? .zeros, epilogue: epilogue.callAsFunction)
  let step = LinearStep(
    x: weight.isRecorded ? x : nil, weight: x.isRecorded ? parameters.weight : nil,
    epilogue: SavedEpilogue(activation: activation, kept: output.kept, dropout: dropout),
    weightNode: weight.node, rows: rows, outputs: outputs)
  return withExtendedLifetime((x.storage, parameters)) {
    output.result.recorded(as: step, inputs)
  }
}

/// The shape of a linear layer's result, `[..., out]`; stops where `weight` does not fit `x`.
func linearShape(_ x: Shape, weight: Shape) -> Shape {
  guard let features = x.last, weight.rank == 2, features == weight[1] else {
    failShapes("linear", x, weight)
  }
  return x.replacing(x.rank - 1, with: weight[0])
}

private struct LinearEpilogue {
  let output: FusedResult
  let stride: Int
  let dropout: DropoutMask?

  func callAsFunction(_ block: BLAS.Block) {
    guard output.activation != .identity || dropout != nil else { return }
    let at = block.rows.lowerBound * stride + block.columns.lowerBound
    let (product, y) = (output.product.pointer, output.result.pointer)
    let columns = block.columns.count
    for row in 0..<block.rows.count {
      let start = at + row * stride
      output.finish(product + start, columns)
      dropout?.apply(y + start, y + start, at: start, count: columns)
    }
  }
}

private struct LinearStep: FusedStep {
  let operation: StaticString = "linear"
  let x: Tensor?
  let weight: Tensor?
  let epilogue: SavedEpilogue
  let weightNode: Node?
  let rows: Int
  let outputs: Int

  func gradients(_ incoming: consuming Tensor, _ wanted: WantedGradients) -> [Tensor?] {
    let gradient = EpilogueGradient(incoming.contiguous(), through: epilogue)()
    let dy = gradient.pointer
    let bias = wanted(2) { biasGradient(dy) }
    let dw = wanted(1) { weightGradient(dy, x!) }
    let dx = wanted(0) { inputGradient(dy, weight!, gradient.shape) }
    return withExtendedLifetime(gradient.storage) { [dx, dw, bias] }
  }

  func recordedGradients(_ dy: Tensor, of inputs: [Node?], _ wanted: WantedGradients) -> [Tensor?] {
    let matrix = dy.reshaped(to: [rows, outputs])
    return [
      wanted(0) {
        matmul(matrix, weight!.attached(to: inputs[1])).reshaped(
          to: dy.shape.replacing(dy.rank - 1, with: weight!.shape[1]))
      },
      wanted(1) {
        let x = x!.attached(to: inputs[0])
        return matmul(matrix, x.reshaped(to: [rows, x.shape[x.rank - 1]]), transposingA: true)
      },
      wanted(2) { matrix.sum(along: 0) },
    ]
  }

  private func biasGradient(_ dy: UnsafePointer<Float>) -> Tensor {
    let result = Tensor(uninitialized: [outputs])
    sumColumns(dy, stride: outputs, into: result.pointer, rows: rows, columns: outputs)
    return result
  }

  private func weightGradient(_ dy: UnsafePointer<Float>, _ x: Tensor) -> Tensor {
    let features = x.shape[x.rank - 1]
    let earlier = Tape.takeEarlierShare(of: weightNode)
    let result = earlier ?? Tensor(uninitialized: [outputs, features])
    BLAS.multiply(
      BLAS.Operand(dy, stride: outputs, transposed: true),
      BLAS.Operand(x.pointer, stride: features),
      into: result.pointer, stride: features, m: outputs, n: features, k: rows,
      start: earlier == nil ? .zeros : .result)
    return result
  }

  private func inputGradient(_ dy: UnsafePointer<Float>, _ weight: Tensor, _ shape: Shape) -> Tensor
  {
    let features = weight.shape[1]
    let result = Tensor(uninitialized: shape.replacing(shape.rank - 1, with: features))
    BLAS.multiply(
      BLAS.Operand(dy, stride: outputs), BLAS.Operand(weight.pointer, stride: features),
      into: result.pointer, stride: features, m: rows, n: features, k: outputs)
    return result
  }
}
