import GannetTensor

/// Batch normalization of each channel, by the batch's mean and variance in training mode and by
/// running ones in evaluation mode (Ioffe and Szegedy, 2015; Dive into Deep Learning, section 8.5).
///
/// y = (x - mean) / √(variance + epsilon) · weight + bias. `weight`, `[C]`, is initialized to ones,
/// `bias`, `[C]`, to zeros; a layer that is not affine has neither. Training updates the running
/// statistics by each batch's mean and unbiased variance, as in PyTorch. Use ``BatchNorm1D`` or ``BatchNorm2D``.
public class BatchNorm: Layer, TrainingDependent {
  /// `[C]`; nil in a layer that is not affine.
  public let weight: Parameter?
  /// `[C]`; nil in a layer that is not affine.
  public let bias: Parameter?
  /// The running mean, `[C]`; initially zeros.
  public let runningMean: Buffer
  /// The running variance, `[C]`; initially ones.
  public let runningVar: Buffer
  /// The number of batches in the running statistics, a scalar; files from before PyTorch 0.4.1
  /// lack it.
  public let numBatchesTracked: Buffer
  /// The constant added to the variance.
  public let epsilon: Float
  /// The weight of a new batch in the running statistics; nil for the mean over all batches.
  public let momentum: Float?
  public var isTraining = true
  /// Whether convolutions behind the layer compute its result anew in the backward pass, in place of
  /// saving it: an elementwise pass more for less memory, as in dense blocks. Without a residual, and
  /// for no activation or ReLU; false by default.
  public var recomputesResult = false
  /// Whether the statistics are those of the whole batch where a `Trainer` cuts it into parts; see
  /// ``Module/synchronizeBatchNorms(_:)``.
  public var isSynchronized = false
  /// The merged statistics during `measureStatistics(over:_:)`.
  fileprivate var measured: ChannelStatistics?

  fileprivate init(_ channels: Int, epsilon: Float, momentum: Float?, affine: Bool) {
    weight = affine ? Parameter(Tensor(ones: [channels])) : nil
    bias = affine ? Parameter(Tensor(zeros: [channels])) : nil
    runningMean = Buffer(Tensor(zeros: [channels]))
    runningVar = Buffer(Tensor(ones: [channels]))
    numBatchesTracked = Buffer(Tensor(0), isOptional: true)
    self.epsilon = epsilon
    self.momentum = momentum
  }

  /// Normalizes `x`; the result has its shape.
  public func callAsFunction(_ x: Tensor) -> Tensor { self(x, followedBy: .identity) }

  /// Normalizes `x`, adds a residual of its shape and applies an activation, in one pass; the result
  /// goes to the next channels of a buffer where there is one.
  public func callAsFunction(
    _ x: consuming Tensor, adding residual: Tensor? = nil, followedBy activation: Activation,
    into buffer: ChannelBuffer? = nil
  ) -> Tensor {
    guard isTraining else {
      return batchNorm(
        x, mean: runningMean.value, variance: runningVar.value, weight: weight?.value,
        bias: bias?.value, epsilon: epsilon, residual: residual, activation: activation,
        recomputesResult: recomputesResult, into: buffer)
    }
    if isSynchronized, let talk = CurrentPart.talk {
      let statistics = ChannelStatistics(of: copy x, over: talk)
      track(statistics)
      return batchNorm(
        statistics.attached(to: copy x, epsilon: epsilon, over: talk), mean: statistics.mean,
        variance: statistics.variance, weight: weight?.value, bias: bias?.value,
        epsilon: epsilon, residual: residual, activation: activation,
        recomputesResult: recomputesResult,
        into: buffer)
    }
    let (y, statistics) = batchNorm(
      x, weight: weight?.value, bias: bias?.value, epsilon: epsilon, residual: residual,
      activation: activation, recomputesResult: recomputesResult, into: buffer)
    if measured != nil { measured!.merge(statistics) } else { track(statistics) }
    return y
  }

  private func track(_ statistics: ChannelStatistics) {
    let number = numBatchesTracked.value.scalar + 1
    let share = momentum ?? 1 / number
    numBatchesTracked.value = Tensor(number)
    runningMean.value = runningMean.value * (1 - share) + statistics.mean * share
    runningVar.value = runningVar.value * (1 - share) + statistics.unbiasedVariance * share
  }
}

extension BatchNorm: FusingLayer {
  package func callAsFunction(_ x: Tensor, followedBy epilogue: Epilogue) -> Tensor {
    let y = self(x, followedBy: epilogue.activation, into: epilogue.directBuffer)
    return epilogue.directBuffer == nil ? epilogue.completed(y) : y
  }
}

/// ``BatchNorm`` of features, `[N, C]`, or of sequences, `[N, C, L]`.
public final class BatchNorm1D: BatchNorm {
  /// Makes a layer for `features` features.
  ///
  /// - Parameters:
  ///   - features: The number of features.
  ///   - epsilon: The constant added to the variance for stability; 1e-5 by default.
  ///   - momentum: The weight of a new batch in the running statistics, 0.1 by default; nil for the
  ///     mean over all batches.
  ///   - affine: Whether results are scaled and shifted by a weight and a bias; true by default.
  public override init(
    _ features: Int, epsilon: Float = 1e-5, momentum: Float? = 0.1, affine: Bool = true
  ) {
    super.init(features, epsilon: epsilon, momentum: momentum, affine: affine)
  }

  public override func callAsFunction(
    _ x: consuming Tensor, adding residual: Tensor? = nil, followedBy activation: Activation,
    into buffer: ChannelBuffer? = nil
  ) -> Tensor {
    guard (2...3).contains(x.rank) else {
      failShape("BatchNorm1D", x.shape, expected: "[N, C] or [N, C, L]")
    }
    return super.callAsFunction(x, adding: residual, followedBy: activation, into: buffer)
  }
}

/// ``BatchNorm`` of images, `[N, C, H, W]`, whose statistics are also over the pixels.
public final class BatchNorm2D: BatchNorm {
  /// Makes a layer for `channels` channels.
  ///
  /// - Parameters:
  ///   - channels: The number of channels.
  ///   - epsilon: The constant added to the variance for stability; 1e-5 by default.
  ///   - momentum: The weight of a new batch in the running statistics, 0.1 by default; nil for the
  ///     mean over all batches.
  ///   - affine: Whether results are scaled and shifted by a weight and a bias; true by default.
  ///   - recomputesResult: Whether convolutions behind it do not save its result; false by default.
  public init(
    _ channels: Int, epsilon: Float = 1e-5, momentum: Float? = 0.1, affine: Bool = true,
    recomputesResult: Bool = false
  ) {
    super.init(channels, epsilon: epsilon, momentum: momentum, affine: affine)
    self.recomputesResult = recomputesResult
  }

  public override func callAsFunction(
    _ x: consuming Tensor, adding residual: Tensor? = nil, followedBy activation: Activation,
    into buffer: ChannelBuffer? = nil
  ) -> Tensor {
    guard x.rank == 4 else { failShape("BatchNorm2D", x.shape, expected: "[N, C, H, W]") }
    return super.callAsFunction(x, adding: residual, followedBy: activation, into: buffer)
  }
}

extension Module {
  /// Sets the running statistics of every batch norm to the exact mean and variance of its inputs
  /// over `batches`, for which `body` runs the network.
  ///
  ///     model.measureStatistics(over: DataLoader(training, batchSize: 512)) { _ = model($0.images) }
  ///
  /// Meanwhile each batch is normalized by its own statistics; all other parts, and frozen ones,
  /// are in evaluation mode. Unlike running averages, the statistics are those of the present
  /// weights. The variance is the population variance.
  public func measureStatistics<Batches: Sequence>(
    over batches: Batches, _ body: (Batches.Element) throws -> Void
  ) rethrows {
    let norms = namedModules.compactMap { $0.module as? BatchNorm }
      .filter { !ModeNote.isFrozen($0) }
    defer { for norm in norms { norm.measured = nil } }
    try evaluating {
      for norm in norms {
        norm.isTraining = true
        norm.measured = ChannelStatistics(channels: norm.runningMean.value.shape[0])
      }
      for batch in batches { try body(batch) }
    }
    for norm in norms {
      guard let statistics = norm.measured, statistics.count > 0 else { continue }
      norm.runningMean.value = statistics.mean
      norm.runningVar.value = statistics.variance
    }
  }
}
