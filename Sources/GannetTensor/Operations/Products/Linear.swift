import CGannetKernels

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
  guard x.rank >= 1, weight.rank == 2, x.shape[x.rank - 1] == weight.shape[1] else {
    failShapes("linear", x.shape, weight.shape)
  }
  if let dropout, activation == .sigmoid || activation == .tanh {
    // Their derivative needs the result before dropout.
    let y = linear(x, weight: weight, bias: bias, activation: activation)
    return GannetTensor.dropout(y, mask: dropout)
  }
  let (features, outputs) = (weight.shape[1], weight.shape[0])
  if let bias, bias.shape != [outputs] { failShapes("linear, bias", weight.shape, bias.shape) }
  let x = x.contiguous()
  let rows = features == 0 ? x.shape.dropLast().reduce(1, *) : x.count / features
  let result = Tensor(uninitialized: x.shape.replacing(x.rank - 1, with: outputs))
  dropout?.check("linear, dropout", result.shape)
  let parameters = (weight: weight.contiguous(), bias: bias?.contiguous())
  let epilogue = LinearEpilogue(
    y: result.pointer, stride: outputs, activation: activation, dropout: dropout)
  BLAS.multiply(
    BLAS.Operand(x.pointer, stride: features),
    BLAS.Operand(parameters.weight.pointer, stride: features, transposed: true),
    into: result.pointer, stride: outputs, m: rows, n: outputs, k: features,
    start: parameters.bias.map { .rows($0.pointer) } ?? .zeros, epilogue: epilogue.callAsFunction)
  let inputs = [x.node, weight.node, bias?.node]
  let saved = SavedLinear(
    x: weight.isRecorded ? x : nil, weight: x.isRecorded ? parameters.weight : nil,
    y: activation == .identity ? nil : result, activation: activation, dropout: dropout, rows: rows,
    outputs: outputs)
  return withExtendedLifetime((x.storage, parameters)) {
    result.recorded("linear", inputs) { gradient in
      saved.gradients(of: inputs, gradient)
    } formula: { gradient, node in
      saved.recordedGradients(of: node, gradient)
    }
  }
}

private struct LinearEpilogue {
  let y: UnsafeMutablePointer<Float>
  let stride: Int
  let activation: Activation
  let dropout: DropoutMask?

  func callAsFunction(_ block: BLAS.Block) {
    let first = y + block.rows.lowerBound * stride + block.columns.lowerBound
    let (rows, columns) = (block.rows.count, block.columns.count)
    guard activation != .identity || dropout != nil else { return }
    for row in 0..<rows {
      let start = first + row * stride
      activation.apply(start, columns)
      dropout?.apply(start, start, at: start - y, count: columns)
    }
  }
}

/// Tensors and settings saved in the forward pass for the gradients of `linear`.
private struct SavedLinear {
  let x: Tensor?
  let weight: Tensor?
  let y: Tensor?
  let activation: Activation
  let dropout: DropoutMask?
  let rows: Int
  let outputs: Int

  func gradients(of inputs: [Node?], _ incoming: consuming Tensor) -> [Tensor?] {
    let gradient = throughEpilogue(incoming)
    let dy = gradient.pointer
    let bias = inputs[2].map { _ in biasGradient(dy) }
    let dw = x.flatMap { x in inputs[1].map { _ in weightGradient(dy, x) } }
    let dx = weight.flatMap { weight in inputs[0].map { inputGradient(dy, weight, $0.shape) } }
    return withExtendedLifetime(gradient.storage) { [dx, dw, bias] }
  }

  /// The gradients by recorded operations, for second derivatives.
  func recordedGradients(of node: Node, _ gradient: Tensor) -> [Tensor?] {
    let kept = dropout.map { GannetTensor.dropout(gradient, mask: $0) } ?? gradient
    let dy = activation.chain(kept, y?.attached(to: node)).reshaped(to: [rows, outputs])
    let inputs = node.inputs
    return [
      weight.flatMap { weight in inputs[0].map { matmul(dy, weight).reshaped(to: $0.shape) } },
      x.flatMap { x in
        inputs[1].map { matmul(dy, x.reshaped(to: [rows, $0.shape[1]]), transposingA: true) }
      },
      inputs[2].map { _ in dy.sum(along: 0) },
    ]
  }

  /// The product's gradient from the result's. After ReLU, the result's sign shows the elements
  /// kept by ReLU and dropout, so the dropout mask is not drawn again.
  private func throughEpilogue(_ incoming: consuming Tensor) -> Tensor {
    var gradient = incoming.contiguous()
    gradient.node = nil
    guard y != nil || dropout != nil else { return gradient }
    let inPlace = isKnownUniquelyReferenced(&gradient.storage)
    let result = inPlace ? gradient : Tensor(uninitialized: gradient.shape)
    let (from, to) = (gradient.pointer, result.pointer)
    ThreadPool.shared.forEach(gradient.count, by: elementwiseChunk) { range in
      let (dy, dx) = (from + range.lowerBound, to + range.lowerBound)
      if let y, activation != .relu {
        activation.chain(dy, y.pointer + range.lowerBound, dx, range.count)
      } else if let y {
        gannet_relu_backward(dy, y.pointer + range.lowerBound, dx, dropout?.scale ?? 1, range.count)
      } else if let dropout {
        dropout.apply(dy, dx, at: range.lowerBound, count: range.count)
      }
    }
    return withExtendedLifetime(gradient.storage) { result }
  }

  private func biasGradient(_ dy: UnsafePointer<Float>) -> Tensor {
    let result = Tensor(uninitialized: [outputs])
    sumColumns(dy, stride: outputs, into: result.pointer, rows: rows, columns: outputs)
    return result
  }

  private func weightGradient(_ dy: UnsafePointer<Float>, _ x: Tensor) -> Tensor {
    let features = x.shape[x.rank - 1]
    let result = Tensor(uninitialized: [outputs, features])
    BLAS.multiply(
      BLAS.Operand(dy, stride: outputs, transposed: true),
      BLAS.Operand(x.pointer, stride: features),
      into: result.pointer, stride: features, m: outputs, n: features, k: rows)
    return result
  }

  private func inputGradient(_ dy: UnsafePointer<Float>, _ weight: Tensor, _ shape: Shape) -> Tensor
  {
    let features = weight.shape[1]
    let result = Tensor(uninitialized: shape)
    BLAS.multiply(
      BLAS.Operand(dy, stride: outputs), BLAS.Operand(weight.pointer, stride: features),
      into: result.pointer, stride: features, m: rows, n: features, k: outputs)
    return result
  }
}
