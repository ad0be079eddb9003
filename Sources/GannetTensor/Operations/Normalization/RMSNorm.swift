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
  guard weight.rank >= 1, x.rank >= weight.rank, weight.count > 0,
    Shape(Array(x.shape.suffix(weight.rank))) == weight.shape
  else { failShapes("rmsNorm", x.shape, weight.shape) }
  let norm = RMSNormalization(
    x: x.detached().contiguous(), weight: weight.detached().contiguous(), epsilon: epsilon)
  return norm.result().recorded(as: norm, [x.node, weight.node])
}

private struct RMSNormalization: FusedStep {
  let operation: StaticString = "rmsNorm"
  private let x: Tensor
  private let weight: Tensor
  private let epsilon: Float
  private let rows: Int
  private let columns: Int
  /// 1 / √(mean square + epsilon) of each row.
  private let inverses: Tensor

  init(x: Tensor, weight: Tensor, epsilon: Float) {
    self.x = x
    self.weight = weight
    self.epsilon = epsilon
    columns = weight.count
    rows = x.count / columns
    inverses = Tensor(uninitialized: [rows])
  }

  func result() -> Tensor {
    let y = Tensor(uninitialized: x.shape)
    let (from, to, weights, inverses) = (x.pointer, y.pointer, weight.pointer, inverses.pointer)
    ThreadPool.shared.forEach(rows, by: max(1, elementwiseChunk / columns)) { range in
      let (first, at) = (range.lowerBound, range.lowerBound * columns)
      gannet_rms_norm(
        from + at, weights, epsilon, to + at, inverses + first, range.count, columns)
    }
    return withExtendedLifetime(self) { y }
  }

  func recordedGradients(_ dy: Tensor, of inputs: [Node?], _ wanted: WantedGradients) -> [Tensor?] {
    let axes = Axes(x.rank - weight.rank..<x.rank)
    let (x, weight) = (x.attached(to: inputs[0]), weight.attached(to: inputs[1]))
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
    var gradient = incoming.contiguous()
    gradient.node = nil
    let isUnique = gradient.ownsStorage()
    let dx = wanted(0) { isUnique ? gradient : Tensor(uninitialized: x.shape) }
    // Sums of the weight's gradient in lanes of rows.
    let lanes = Lanes(of: rows, count: x.count / Tuning.normLane)
    let sums = LaneSums(lanes: lanes.count, kinds: 1, width: columns)
    let buffers = Storage(count: lanes.count * columns)
    let (dy, from, to, weights) = (gradient.pointer, x.pointer, dx?.pointer, weight.pointer)
    let (inverses, buffer) = (inverses.pointer, buffers.pointer)
    lanes.forEachLane { lane, range in
      let (first, at) = (range.lowerBound, range.lowerBound * columns)
      gannet_rms_norm_backward(
        dy + at, from + at, weights, inverses + first, to.map { $0 + at },
        buffer + lane * columns, sums[lane, 0], range.count, columns)
    }
    return withExtendedLifetime((self, gradient.storage, buffers, sums)) {
      [dx, wanted(1) { Tensor(sums.totals(0).map { Float($0) }, shape: weight.shape) }]
    }
  }
}
