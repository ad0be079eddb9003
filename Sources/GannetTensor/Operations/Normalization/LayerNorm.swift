import CGannetKernels

/// Layer normalization, (x - mean) / √(variance + epsilon) · weight + bias, with mean and variance
/// over each example's features (Ba, Kiros, Hinton, 2016; Dive into Deep Learning, section
/// 8.5.2.3).
///
///     let one = Tensor(ones: [2]), zero = Tensor(zeros: [2])
///     layerNorm([[1, 2], [2, 3]], weight: one, bias: zero)  // [[-1, 1], [-1, 1]]
///
/// - Parameters:
///   - x: `[..., F]`, where F stands for the axes of the weight, one or several.
///   - weight: `[F]`.
///   - bias: `[F]`.
///   - epsilon: The constant added to the variance for stability; 1e-5 by default.
/// - Returns: The shape of `x`.
public func layerNorm(
  _ x: Tensor, weight: Tensor, bias: Tensor, epsilon: Float = 1e-5
) -> Tensor {
  if let trace = Trace.current {
    return trace.record(LayerNormOperation(epsilon: epsilon), [x, weight, bias])
  }
  let rows = NormalizedRows("layerNorm", x, weight: weight)
  guard bias.shape == weight.shape else { failShapes("layerNorm, bias", weight.shape, bias.shape) }
  let norm = LayerNormalization(rows, epsilon: epsilon)
  return norm.result(bias.detached().contiguous())
    .recorded(as: norm, [x.node, weight.node, bias.node])
}

private struct LayerNormalization: FusedStep {
  let operation: StaticString = "layerNorm"
  private let rows: NormalizedRows
  private let epsilon: Float
  /// Three floats for each row.
  private let norms: Storage

  init(_ rows: NormalizedRows, epsilon: Float) {
    (self.rows, self.epsilon) = (rows, epsilon)
    norms = Storage(
      count: rows.count * MemoryLayout<gannet_row_norm>.size / MemoryLayout<Float>.size)
  }

  private var normsOfRows: UnsafeMutablePointer<gannet_row_norm> {
    UnsafeMutableRawPointer(norms.pointer)
      .bindMemory(to: gannet_row_norm.self, capacity: rows.count)
  }

  func result(_ bias: Tensor) -> Tensor {
    let (weights, biases, norms) = (rows.weight.pointer, bias.pointer, normsOfRows)
    let y = rows.result { block, x, y in
      gannet_layer_norm(
        x, weights, biases, epsilon, y, norms + block.first, block.count, rows.columns)
    }
    return withExtendedLifetime((self, bias.storage)) { y }
  }

  func recordedGradients(_ dy: Tensor, of inputs: [Node?], _ wanted: WantedGradients) -> [Tensor?] {
    NormFormula(
      rows.x.attached(to: inputs[0]), over: rows.axes,
      weight: rows.weight.attached(to: inputs[1]), epsilon: epsilon
    ).gradients(dy, wanted)
  }

  func gradients(_ incoming: consuming Tensor, _ wanted: WantedGradients) -> [Tensor?] {
    let (weights, norms) = (rows.weight.pointer, normsOfRows)
    let gradients = rows.gradients(consume incoming, wanted, parameterCount: 2) { pass in
      gannet_layer_norm_backward(
        pass.dy, pass.x, weights, norms + pass.block.first, pass.dx, pass.buffer, pass.sums[0],
        pass.sums[1], pass.block.count, rows.columns)
    }
    return withExtendedLifetime(self) { gradients }
  }
}
