import CGannetKernels

// Batch normalization (the book's section 8.5; Ioffe and Szegedy, 2015), and what follows it, as
// one step of the tape: f((x - mean) / √(variance + epsilon) · weight + bias + residual), channel
// by channel.

/// Batch normalization in training mode: normalizes each channel by its mean and variance over the
/// batch.
///
/// Stops where a channel has a single value, as in a batch of one vector, which has no variance.
///
/// - Parameters:
///   - x: `[N, C]`, or `[N, C, L]` or `[N, C, H, W]`, whose statistics are also over the positions.
///   - weight: The scale (gamma), `[C]`; ones by default.
///   - bias: The shift (beta), `[C]`; zeros by default.
///   - epsilon: The constant added to the variance for stability; 1e-5 by default.
///   - residual: A tensor of x's shape that is added after the shift; none by default.
///   - activation: The activation applied last; none by default.
///   - recomputesResult: Whether convolutions of the result do not save it, but compute it anew from
///     x in the backward pass: an elementwise pass more for less memory. Without a residual and for
///     no activation or ReLU; false by default.
///   - buffer: A buffer into whose next channels the result is written; none by default.
/// - Returns: The result, of x's shape, and the batch's statistics, for running ones.
public func batchNorm(
  _ x: Tensor, weight: Tensor? = nil, bias: Tensor? = nil, epsilon: Float = 1e-5,
  residual: Tensor? = nil, activation: Activation = .identity, recomputesResult: Bool = false,
  into buffer: ChannelBuffer? = nil
) -> (result: Tensor, statistics: ChannelStatistics) {
  if x.rank == 3 {
    let (y, statistics) = batchNorm(
      x.unsqueezed(at: 2), weight: weight, bias: bias, epsilon: epsilon,
      residual: residual?.unsqueezed(at: 2), activation: activation,
      recomputesResult: recomputesResult, into: buffer)
    return (y.squeezed(at: 2), statistics)
  }
  let matrix = x.channelMatrix("batchNorm")
  let rows = ChannelRows(matrix)
  guard rows.count > 1 else {
    failShape("batchNorm", x.shape, expected: "more than one value of each channel to train on")
  }
  let (weight, bias) = affineParameters(weight, bias, channels: rows.channels)
  let statistics = ChannelStatistics(matrix, rows)
  let norm = BatchNormalization(
    rows, means: statistics.exactMeans, variances: statistics.variances, weight: weight,
    bias: bias, epsilon: epsilon, activation: activation, usesBatch: true)
  let result = norm.result(
    matrix, weight, bias, residual, recomputing: recomputesResult, into: buffer)
  return (result, statistics)
}

/// Batch normalization in evaluation mode: normalizes each channel by a given mean and variance.
///
/// - Parameters:
///   - x: `[N, C]`, `[N, C, L]` or `[N, C, H, W]`; overwritten if its storage is not shared and no
///     gradient is recorded.
///   - mean: `[C]`, a constant.
///   - variance: `[C]`, a constant.
///   - weight: The scale (gamma), `[C]`; ones by default.
///   - bias: The shift (beta), `[C]`; zeros by default.
///   - epsilon: The constant added to the variance for stability; 1e-5 by default.
///   - residual: A tensor of x's shape that is added after the shift; none by default.
///   - activation: The activation applied last; none by default.
///   - recomputesResult: Whether convolutions compute the result anew in the backward pass; false by
///     default.
///   - buffer: A buffer into whose next channels the result is written; none by default.
/// - Returns: The result, of x's shape.
public func batchNorm(
  _ x: consuming Tensor, mean: Tensor, variance: Tensor, weight: Tensor? = nil,
  bias: Tensor? = nil, epsilon: Float = 1e-5, residual: Tensor? = nil,
  activation: Activation = .identity, recomputesResult: Bool = false,
  into buffer: ChannelBuffer? = nil
) -> Tensor {
  if x.rank == 3 {
    let images = (consume x).unsqueezed(at: 2)
    return batchNorm(
      images, mean: mean, variance: variance, weight: weight, bias: bias, epsilon: epsilon,
      residual: residual?.unsqueezed(at: 2), activation: activation,
      recomputesResult: recomputesResult, into: buffer
    ).squeezed(at: 2)
  }
  let (weight, bias) = affineParameters(weight, bias, channels: mean.count)
  if let trace = Trace.current {
    return trace.record(
      BatchNormOperation(epsilon: epsilon, activation: activation),
      [copy x, mean, variance, weight, bias, residual], into: buffer)
  }
  let matrix = x.channelMatrix("batchNorm")
  for statistic in [mean, variance] where statistic.shape != [matrix.shape[1]] {
    failShapes("batchNorm, statistics", matrix.shape, statistic.shape)
  }
  let norm = BatchNormalization(
    ChannelRows(matrix), means: mean.scalars.map(Double.init),
    variances: variance.scalars.map(Double.init), weight: weight, bias: bias, epsilon: epsilon,
    activation: activation, usesBatch: false)
  return norm.result(
    consume matrix, weight, bias, residual, recomputing: recomputesResult, into: buffer)
}

/// The scale and the shift of `channels` channels, which are ones and zeros where they are nil.
func affineParameters(
  _ weight: Tensor?, _ bias: Tensor?, channels: Int
) -> (weight: Tensor, bias: Tensor) {
  (weight ?? Tensor(ones: [channels]), bias ?? Tensor(zeros: [channels]))
}

extension Tensor {
  /// This tensor with contiguous channels, `[N, C]` or channels-last images; stops at other ranks.
  consuming func channelMatrix(_ operation: StaticString) -> Tensor {
    switch rank {
    case 2: contiguous()
    case 4: pixels()
    default: failShape(operation, shape, expected: "[N, C], [N, C, L] or [N, C, H, W]")
    }
  }
}

struct BatchNormalization {
  let rows: ChannelRows
  /// 1 / √(variance + epsilon) of each channel.
  let inverses: [Double]
  let scales: [Float]
  let means: [Float]
  /// The rounding error of each mean (Float less Double), corrected by `shift` and the gradient.
  let excesses: [Double]
  // As long as a wide row.
  private let mean: Tensor
  private let scale: Tensor
  private let shift: Tensor
  let epsilon: Float
  let activation: Activation
  /// Whether the statistics are the batch's and thus depend on x.
  let usesBatch: Bool

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

  /// The kernels' description of this norm, with `activation` in place of its own, over `rows`.
  func form(_ activation: Activation, _ rows: ChannelRows) -> gannet_norm {
    gannet_norm(
      mean: mean.pointer, scale: scale.pointer, shift: shift.pointer,
      follower: activation.follower ?? gannet_follows_nothing, ld_x: rows.stride,
      ld_y: rows.resultStride, ld: rows.width)
  }

  func result(
    _ x: consuming Tensor, _ weight: Tensor, _ bias: Tensor, _ residual: Tensor?,
    recomputing: Bool, into buffer: ChannelBuffer?
  ) -> Tensor {
    // The derivatives of none and of ReLU without a residual are found from x, which is saved anyway.
    let isFound = residual == nil && (activation == .identity || activation == .relu)
    if let residual, residual.shape != x.shape {
      failShapes("batchNorm, residual", x.shape, residual.shape)
    }
    let inputs = [x.node, weight.node, bias.node, residual?.node]
    let isRecorded = Recording.isOn(for: inputs)
    x.node = nil
    let inPlace = !isRecorded && x.layout.isDense && x.ownsStorage()
    // Others are kept beside the result, and are copied into the buffer.
    let target = isFound ? buffer?.room(for: x.shape) : nil
    let room: Tensor
    if let target { room = target } else { room = inPlace ? x : x.room() }
    let y = FusedResult(room, activation, isRecorded: isRecorded)
    normalize(x, residual, into: y)
    var result = y.result
    if isRecorded {
      let step = BatchNormStep(norm: self, x: x, weight: weight, kept: isFound ? nil : y.kept)
      result = result.recorded(as: step, inputs)
      if recomputing, isFound { result.node!.recompute = step.recomputedResult }
    }
    guard let buffer else { return result }
    return target == nil ? buffer.append(result) : buffer.join(result)
  }

  /// y = f((x - mean) · scale + shift + residual).
  func normalize(_ x: Tensor, _ residual: Tensor?, into y: FusedResult) {
    let other = residual?.detached().alike(y.product)
    let rows = rows.with(result: y.product)
    let (from, added, to, norm) = (
      x.pointer, other?.pointer, y.product.pointer, form(activation, rows)
    )
    let isFinished = activation.follower != nil
    rows.forEachPart { part in
      let target = to + part.offset(rows.resultStride)
      gannet_normalize(
        from + part.offset(rows.stride), added.map { $0 + part.offset(rows.width) }, target, norm,
        part.rows, part.columns)
      if !isFinished { y.finish(target, part.rows * part.columns) }
    }
    withExtendedLifetime((x.storage, other?.storage, y)) {}
  }
}

extension Tensor {
  /// This tensor in the layout of `other`, which is contiguous and of its shape.
  fileprivate consuming func alike(_ other: Tensor) -> Tensor {
    other.layout == .channelsLast ? channelsLast() : contiguous()
  }
}

extension Activation {
  /// The activation as the normalization kernels name it; nil for activations that they do not
  /// fuse, which are applied to each block after normalization.
  var follower: gannet_follower? {
    switch self {
    case .identity: gannet_follows_nothing
    case .relu: gannet_follows_relu
    case .sigmoid: gannet_follows_sigmoid
    case .tanh: gannet_follows_tanh
    case .gelu, .geluTanh, .silu, .softplus, .elu, .celu, .selu, .mish, .softsign, .relu6,
      .hardSigmoid, .hardSwish:
      nil
    }
  }
}
