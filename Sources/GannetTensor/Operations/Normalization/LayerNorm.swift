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
  guard weight.rank >= 1, x.rank >= weight.rank, weight.count > 0,
    Shape(Array(x.shape.suffix(weight.rank))) == weight.shape
  else { failShapes("layerNorm", x.shape, weight.shape) }
  guard bias.shape == weight.shape else { failShapes("layerNorm, bias", weight.shape, bias.shape) }
  let norm = LayerNormalization(
    x: x.detached().contiguous(), weight: weight.detached().contiguous(), epsilon: epsilon)
  return norm.result(bias.detached().contiguous())
    .recorded(as: norm, [x.node, weight.node, bias.node])
}

private struct LayerNormalization: FusedStep {
  let operation: StaticString = "layerNorm"
  private let x: Tensor
  private let weight: Tensor
  private let epsilon: Float
  private let rows: Int
  private let columns: Int
  /// Three floats for each row.
  private let norms: Storage

  init(x: Tensor, weight: Tensor, epsilon: Float) {
    self.x = x
    self.weight = weight
    self.epsilon = epsilon
    columns = weight.count
    rows = x.count / columns
    norms = Storage(count: rows * MemoryLayout<gannet_row_norm>.size / MemoryLayout<Float>.size)
  }

  private var normsOfRows: UnsafeMutablePointer<gannet_row_norm> {
    UnsafeMutableRawPointer(norms.pointer).bindMemory(to: gannet_row_norm.self, capacity: rows)
  }

  func result(_ bias: Tensor) -> Tensor {
    let y = Tensor(uninitialized: x.shape)
    let (from, to, weights, biases) = (x.pointer, y.pointer, weight.pointer, bias.pointer)
    let norms = normsOfRows
    ThreadPool.shared.forEach(rows, by: max(1, elementwiseChunk / columns)) { range in
      let (first, at) = (range.lowerBound, range.lowerBound * columns)
      gannet_layer_norm(
        from + at, weights, biases, epsilon, to + at, norms + first, range.count, columns)
    }
    return withExtendedLifetime((self, bias.storage)) { y }
  }

  func recordedGradients(_ dy: Tensor, of inputs: [Node?], _ wanted: WantedGradients) -> [Tensor?] {
    NormFormula(
      x.attached(to: inputs[0]), over: Axes(x.rank - weight.rank..<x.rank),
      weight: weight.attached(to: inputs[1]), epsilon: epsilon
    ).gradients(dy, wanted)
  }

  func gradients(_ incoming: consuming Tensor, _ wanted: WantedGradients) -> [Tensor?] {
    var gradient = incoming.contiguous()
    gradient.node = nil
    let isUnique = gradient.ownsStorage()
    let dx = wanted(0) { isUnique ? gradient : Tensor(uninitialized: x.shape) }
    // Sums of the parameters' gradients in lanes of rows.
    let lanes = Lanes(of: rows, count: x.count / Tuning.normLane)
    let sums = LaneSums(lanes: lanes.count, kinds: 2, width: columns)
    let buffers = Storage(count: lanes.count * 2 * columns)
    let (dy, from, to, weights) = (gradient.pointer, x.pointer, dx?.pointer, weight.pointer)
    let (norms, buffer) = (normsOfRows, buffers.pointer)
    lanes.forEachLane { lane, range in
      let (first, at) = (range.lowerBound, range.lowerBound * columns)
      gannet_layer_norm_backward(
        dy + at, from + at, weights, norms + first, to.map { $0 + at },
        buffer + 2 * lane * columns, sums[lane, 0], sums[lane, 1], range.count, columns)
    }
    return withExtendedLifetime((self, gradient.storage, buffers, sums)) {
      [dx] + (0..<2).map { Tensor(sums.totals($0).map { Float($0) }, shape: weight.shape) }
    }
  }
}
