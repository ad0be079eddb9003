import CGannetKernels

// Batch normalization (Dive into Deep Learning, section 8.5; Ioffe and Szegedy, 2015), fused with a
// residual and an activation: f((x - mean) / √(variance + epsilon) · weight + bias + residual), for
// each channel.

/// Batch normalization in training mode: normalizes each channel by its mean and variance over the
/// batch.
///
/// Stops where a channel has a single value, as in a batch of one vector, which has no variance.
///
/// - Parameters:
///   - x: `[N, C]`, or `[N, C, H, W]`, whose statistics are also over the pixels.
///   - weight: The scale (gamma), `[C]`.
///   - bias: The shift (beta), `[C]`.
///   - epsilon: The constant added to the variance for stability; 1e-5 by default.
///   - residual: A tensor of x's shape that is added after the shift; none by default.
///   - activation: The activation applied last; none by default.
/// - Returns: The result, of x's shape, and the batch's statistics, for running ones.
public func batchNorm(
  _ x: Tensor, weight: Tensor, bias: Tensor, epsilon: Float = 1e-5, residual: Tensor? = nil,
  activation: Activation = .identity
) -> (result: Tensor, statistics: ChannelStatistics) {
  let matrix = x.channelMatrix("batchNorm")
  let rows = ChannelRows(matrix)
  guard rows.count > 1 else {
    failShape("batchNorm", x.shape, expected: "more than one value of each channel to train on")
  }
  let statistics = ChannelStatistics(matrix, rows)
  let norm = BatchNormalization(
    rows, means: statistics.exactMeans, variances: statistics.variances, weight: weight,
    bias: bias, epsilon: epsilon, activation: activation, usesBatch: true)
  return (norm.result(matrix, weight, bias, residual), statistics)
}

/// Batch normalization in evaluation mode: normalizes each channel by a given mean and variance.
///
/// - Parameters:
///   - x: `[N, C]` or `[N, C, H, W]`; overwritten if its storage is not shared and no gradient is
///     recorded.
///   - mean: `[C]`, a constant.
///   - variance: `[C]`, a constant.
///   - weight: The scale (gamma), `[C]`.
///   - bias: The shift (beta), `[C]`.
///   - epsilon: The constant added to the variance for stability; 1e-5 by default.
///   - residual: A tensor of x's shape that is added after the shift; none by default.
///   - activation: The activation applied last; none by default.
/// - Returns: The result, of x's shape.
public func batchNorm(
  _ x: consuming Tensor, mean: Tensor, variance: Tensor, weight: Tensor, bias: Tensor,
  epsilon: Float = 1e-5, residual: Tensor? = nil, activation: Activation = .identity
) -> Tensor {
  let matrix = x.channelMatrix("batchNorm")
  for statistic in [mean, variance] where statistic.shape != [matrix.shape[1]] {
    failShapes("batchNorm, statistics", matrix.shape, statistic.shape)
  }
  let norm = BatchNormalization(
    ChannelRows(matrix), means: mean.scalars.map(Double.init),
    variances: variance.scalars.map(Double.init), weight: weight, bias: bias, epsilon: epsilon,
    activation: activation, usesBatch: false)
  return norm.result(matrix, weight, bias, residual)
}

extension Tensor {
  /// This tensor with contiguous channels, `[N, C]` or channels-last images; stops at other ranks.
  consuming func channelMatrix(_ operation: StaticString) -> Tensor {
    switch rank {
    case 2: contiguous()
    case 4: pixels()
    default: failShape(operation, shape, expected: "[N, C] or [N, C, H, W]")
    }
  }
}

private struct BatchNormalization {
  private let rows: ChannelRows
  /// 1 / √(variance + epsilon) of each channel.
  private let inverses: [Double]
  private let scales: [Float]
  private let means: [Float]
  /// The rounding error of each mean (Float less Double), corrected by `shift` and the gradient.
  private let excesses: [Double]
  // As long as a wide row.
  private let mean: Tensor
  private let scale: Tensor
  private let shift: Tensor
  private let epsilon: Float
  private let activation: Activation
  /// Whether the statistics are the batch's and thus depend on x.
  private let usesBatch: Bool

  init(
    _ rows: ChannelRows, means: [Double], variances: [Double], weight: Tensor, bias: Tensor,
    epsilon: Float, activation: Activation, usesBatch: Bool
  ) {
    for parameter in [weight, bias] where parameter.shape != [rows.channels] {
      fail("batchNorm: a parameter of shape \(parameter.shape) for \(rows.channels) channels")
    }
    self.rows = rows
    inverses = variances.map { 1 / ($0 + Double(epsilon)).squareRoot() }
    scales = zip(weight.scalars, inverses).map { Float(Double($0) * $1) }
    self.means = means.map { Float($0) }
    excesses = means.map { Double(Float($0)) - $0 }
    mean = rows.repeated(self.means)
    scale = rows.repeated(scales)
    shift = rows.repeated(
      zip(bias.scalars, zip(scales, excesses)).map { $0 + $1.0 * Float($1.1) })
    self.epsilon = epsilon
    self.activation = activation
    self.usesBatch = usesBatch
  }

  private func form(_ activation: Activation) -> gannet_norm {
    gannet_norm(
      mean: mean.pointer, scale: scale.pointer, shift: shift.pointer,
      follower: activation.follower, ld_x: rows.stride, ld: rows.width)
  }

  func result(
    _ x: consuming Tensor, _ weight: Tensor, _ bias: Tensor, _ residual: Tensor?
  ) -> Tensor {
    if let residual, residual.shape != x.shape {
      failShapes("batchNorm, residual", x.shape, residual.shape)
    }
    let inputs = [x.node, weight.node, bias.node, residual?.node]
    let isRecorded = Recording.isOn && inputs.contains { $0 != nil }
    x.node = nil
    let inPlace = !isRecorded && x.layout.isDense && isKnownUniquelyReferenced(&x.storage)
    let y =
      inPlace ? x : Tensor(uninitialized: x.shape, layout: x.rank == 4 ? .channelsLast : .rowMajor)
    normalize(x, residual, into: y)
    guard isRecorded else { return y }
    // ReLU without a residual is derived from x, which is saved anyway.
    let needsResult = activation == .relu ? residual != nil : activation != .identity
    let saved = (x: x, y: needsResult ? y : nil)
    return y.recorded("batchNorm", inputs) { gradient in
      gradients(of: inputs, gradient, saved.x, saved.y)
    } formula: { [weight] gradient, node in
      recordedGradients(of: node, gradient, saved.x, saved.y, weight)
    }
  }

  /// y = f((x - mean) · scale + shift + residual).
  private func normalize(_ x: Tensor, _ residual: Tensor?, into y: Tensor) {
    let other = residual?.detached().alike(y)
    let (from, added, to, norm) = (x.pointer, other?.pointer, y.pointer, form(activation))
    rows.forEachPart { part in
      let at = part.offset(rows.width)
      gannet_normalize(
        from + part.offset(rows.stride), added.map { $0 + at }, to + at, norm, part.rows,
        part.columns)
    }
    withExtendedLifetime((x.storage, other?.storage, y.storage)) {}
  }

  /// The gradients by recorded operations.
  private func recordedGradients(
    of node: Node, _ gradient: Tensor, _ x: Tensor, _ y: Tensor?, _ weight: Tensor
  ) -> [Tensor?] {
    var y = y
    if y == nil, activation != .identity {
      y = Tensor(uninitialized: gradient.shape, layout: x.rank == 4 ? .channelsLast : .rowMajor)
      normalize(x, nil, into: y!)
    }
    let dy = activation.chain(gradient, y?.attached(to: node))
    let shape: Shape = x.rank == 4 ? [rows.channels, 1, 1] : [rows.channels]
    let (source, factor) = (x.attached(to: node.inputs[0]), weight.reshaped(to: shape))
    let formula =
      usesBatch
      ? NormFormula(source, over: x.rank == 4 ? [0, 2, 3] : [0], weight: factor, epsilon: epsilon)
      : NormFormula(
        source, mean: Tensor(means).reshaped(to: shape),
        inverse: Tensor(inverses.map { Float($0) }).reshaped(to: shape), weight: factor)
    let shares = formula.gradients(of: node.inputs, dy)
    return [
      shares[0], shares[1]?.reshaped(to: [rows.channels]),
      shares[2]?.reshaped(to: [rows.channels]), node.inputs[3].map { _ in dy },
    ]
  }

  private func gradients(
    of inputs: [Node?], _ incoming: consuming Tensor, _ x: Tensor, _ y: Tensor?
  ) -> [Tensor?] {
    var gradient = x.rank == 4 ? incoming.channelsLast() : incoming.contiguous()
    gradient.node = nil
    let (sums, products) = throughActivation(&gradient, x, y)
    let isFree = inputs[3] == nil && isKnownUniquelyReferenced(&gradient.storage)
    let dx: Tensor? =
      inputs[0] == nil
      ? nil
      : inputGradient(
        gradient, inPlace: isFree, x, y == nil ? activation : .identity, sums, products)
    let weight = zip(products, inverses).map { Float($0 * $1) }
    return [
      dx, inputs[1] == nil ? nil : Tensor(weight),
      inputs[2] == nil ? nil : Tensor(sums.map { Float($0) }), inputs[3] == nil ? nil : gradient,
    ]
  }

  /// Applies the activation's derivative to the gradient, if that needs the result y, and sums over
  /// each channel the gradient and its product with x less the mean.
  private func throughActivation(
    _ gradient: inout Tensor, _ x: Tensor, _ y: Tensor?
  ) -> (sums: [Double], products: [Double]) {
    let lanes = LaneSums(lanes: rows.laneCount, kinds: 2, width: rows.width)
    let (upstream, from, result, norm) = (
      gradient.pointer, x.pointer, y?.pointer, form(activation)
    )
    var incoming: Tensor?
    if y != nil, !isKnownUniquelyReferenced(&gradient.storage) {
      incoming = gradient
      gradient = Tensor(uninitialized: gradient.shape, layout: gradient.layout)
    }
    let target = gradient.pointer
    rows.forEachLane { lane, part in
      let at = part.offset(rows.width)
      gannet_norm_sums(
        upstream + at, from + part.offset(rows.stride), result.map { $0 + at }, target + at, norm,
        lanes[lane, 0], lanes[lane, 1], part.rows, part.columns)
    }
    return withExtendedLifetime((incoming, x.storage, y?.storage, lanes)) {
      let sums = lanes.totals(0, period: rows.channels)
      let products = zip(lanes.totals(1, period: rows.channels), zip(sums, excesses)).map {
        $0 + $1.0 * $1.1
      }
      return (sums, products)
    }
  }

  private func inputGradient(
    _ gradient: Tensor, inPlace: Bool, _ x: Tensor, _ activation: Activation, _ sums: [Double],
    _ products: [Double]
  ) -> Tensor {
    let dx = inPlace ? gradient : Tensor(uninitialized: gradient.shape, layout: gradient.layout)
    // Coefficients of the gradient through the batch's mean and variance.
    let number = Double(rows.count)
    let slopes = scales.indices.map { channel in
      let variance = inverses[channel] * inverses[channel]
      return usesBatch ? Double(scales[channel]) * products[channel] * variance / number : 0
    }
    let constants = scales.indices.map { channel in
      let mean = usesBatch ? Double(scales[channel]) * sums[channel] / number : 0
      return Float(mean + slopes[channel] * excesses[channel])
    }
    let (constantRow, slopeRow) = (
      rows.repeated(constants), rows.repeated(slopes.map { Float($0) })
    )
    let (dy, from, to, norm) = (gradient.pointer, x.pointer, dx.pointer, form(activation))
    let (constant, slope) = (constantRow.pointer, slopeRow.pointer)
    rows.forEachPart { part in
      let at = part.offset(rows.width)
      gannet_norm_backward(
        dy + at, from + part.offset(rows.stride), to + at, norm, constant, slope, part.rows,
        part.columns)
    }
    return withExtendedLifetime((gradient.storage, x.storage, constantRow, slopeRow)) { dx }
  }
}

extension Tensor {
  /// This tensor in the layout of `other`, which is contiguous and of its shape.
  fileprivate consuming func alike(_ other: Tensor) -> Tensor {
    other.layout == .channelsLast ? channelsLast() : contiguous()
  }
}

extension Activation {
  var follower: gannet_follower {
    switch self {
    case .identity: gannet_follows_nothing
    case .relu: gannet_follows_relu
    case .sigmoid: gannet_follows_sigmoid
    case .tanh: gannet_follows_tanh
    }
  }
}
