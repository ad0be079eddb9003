import CGannetKernels

/// Root mean square normalization, x / √(mean of x² + epsilon) · weight, with the mean over each
/// example's features (Zhang and Sennrich, 2019).
///
/// - Parameters:
///   - x: `[..., F]`, where F stands for the axes of the weight, one or several.
///   - weight: `[F]`.
///   - epsilon: The constant added to the mean square; by default the spacing of floats at 1, as in
///     PyTorch.
/// - Returns: The shape of `x`.
public func rmsNorm(_ x: Tensor, weight: Tensor, epsilon: Float = .ulpOfOne) -> Tensor {
  if let trace = Trace.current {
    return trace.record(RMSNormOperation(epsilon: epsilon), [x, weight])
  }
  let norm = RMSNormalization(
    NormalizedRows("rmsNorm", x, weight: weight), epsilon: epsilon)
  return norm.result().recorded(as: norm, [x.node, weight.node])
}

private struct RMSNormalization: FusedStep {
  let operation: StaticString = "rmsNorm"
  private let rows: NormalizedRows
  private let epsilon: Float
  /// 1 / √(mean square + epsilon) of each row.
  private let inverses: Tensor

  init(_ rows: NormalizedRows, epsilon: Float) {
    (self.rows, self.epsilon) = (rows, epsilon)
    inverses = Tensor(uninitialized: [rows.count])
  }

  func result() -> Tensor {
    let (weights, inverses) = (rows.weight.pointer, inverses.pointer)
    let y = rows.result { block, x, y in
      gannet_rms_norm(
        x, weights, epsilon, y, inverses + block.first, block.count, rows.columns)
    }
    return withExtendedLifetime(self) { y }
  }

  func recordedGradients(_ dy: Tensor, of inputs: [Node?], _ wanted: WantedGradients) -> [Tensor?] {
    let axes = rows.axes
    let (x, weight) = (rows.x.attached(to: inputs[0]), rows.weight.attached(to: inputs[1]))
    let inverse = 1 / sqrt((x * x).mean(along: axes, keepingAxes: true) + epsilon)
    let normalized = x * inverse
    return [
      wanted(0) {
        let scaled = dy * weight
        let slope = (scaled * normalized).mean(along: axes, keepingAxes: true)
        return (scaled - normalized * slope) * inverse
      },
      wanted(1) { (dy * normalized).summed(to: weight.shape) },
    ]
  }

  func gradients(_ incoming: consuming Tensor, _ wanted: WantedGradients) -> [Tensor?] {
    let (weights, inverses) = (rows.weight.pointer, inverses.pointer)
    let gradients = rows.gradients(consume incoming, wanted, parameterCount: 1) { pass in
      gannet_rms_norm_backward(
        pass.dy, pass.x, weights, inverses + pass.block.first, pass.dx, pass.buffer,
        pass.sums[0], pass.block.count, rows.columns)
    }
    return withExtendedLifetime(self) { gradients }
  }
}
