import GannetTensor

/// Normalizes each channel: while training by the batch's mean and variance, in prediction by running ones
/// (Ioffe and Szegedy, 2015; the book's section 8.5).
///
/// y = (x - mean) / √(variance + epsilon) · weight + bias. `weight`, `[C]`, starts as ones, `bias`, `[C]`,
/// as zeros. Each batch moves the running statistics towards its own, of which the variance is the unbiased
/// one, as in PyTorch. Use ``BatchNorm1D`` or ``BatchNorm2D``.
public class BatchNorm: Layer, TrainingDependent {
  /// `[C]`.
  public let weight: Parameter
  /// `[C]`.
  public let bias: Parameter
  /// `[C]`, zeros at first.
  public let runningMean: Buffer
  /// `[C]`, ones at first.
  public let runningVar: Buffer
  /// How many batches have moved the running statistics, a scalar; files of before PyTorch 0.4.1 lack it.
  public let numBatchesTracked: Buffer
  /// Added to the variance.
  public let epsilon: Float
  /// The share of a batch in the running statistics; nil where all batches count alike.
  public let momentum: Float?
  public var isTraining = true
  /// The statistics of all batches, while they are measured.
  fileprivate var measured: ChannelStatistics?

  fileprivate init(_ channels: Int, epsilon: Float, momentum: Float?) {
    weight = Parameter(Tensor(ones: [channels]))
    bias = Parameter(Tensor(zeros: [channels]))
    runningMean = Buffer(Tensor(zeros: [channels]))
    runningVar = Buffer(Tensor(ones: [channels]))
    numBatchesTracked = Buffer(Tensor(0), isOptional: true)
    self.epsilon = epsilon
    self.momentum = momentum
  }

  /// The shape of `x`.
  public func callAsFunction(_ x: Tensor) -> Tensor { self(x, followedBy: .identity) }

  /// The same, with a residual of x's shape added and an activation applied, in one pass.
  public func callAsFunction(
    _ x: consuming Tensor, adding residual: Tensor? = nil, followedBy activation: Activation
  ) -> Tensor {
    guard isTraining else {
      return batchNorm(
        x, mean: runningMean.value, variance: runningVar.value, weight: weight.value,
        bias: bias.value, epsilon: epsilon, residual: residual, activation: activation)
    }
    let (y, statistics) = batchNorm(
      x, weight: weight.value, bias: bias.value, epsilon: epsilon, residual: residual,
      activation: activation)
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
    let y = self(x, followedBy: epilogue.activation)
    return epilogue.dropout.map { $0(y) } ?? y
  }
}

/// ``BatchNorm`` over features, `[N, C]`, or over sequences of them, `[N, C, L]`.
public final class BatchNorm1D: BatchNorm {
  /// A layer for `features` features.
  ///
  /// - Parameters:
  ///   - epsilon: Added to the variance, so that it is not 0.
  ///   - momentum: The share of a batch in the running statistics; nil makes them the mean over all batches.
  public override init(_ features: Int, epsilon: Float = 1e-5, momentum: Float? = 0.1) {
    super.init(features, epsilon: epsilon, momentum: momentum)
  }

  public override func callAsFunction(
    _ x: consuming Tensor, adding residual: Tensor? = nil, followedBy activation: Activation
  ) -> Tensor {
    switch x.rank {
    case 2: return super.callAsFunction(x, adding: residual, followedBy: activation)
    case 3:
      let images = x.unsqueezed(at: 2)
      let y = super.callAsFunction(
        images, adding: residual?.unsqueezed(at: 2), followedBy: activation)
      return y.squeezed(at: 2)
    default: failShape("BatchNorm1D", x.shape, expected: "[N, C] or [N, C, L]")
    }
  }
}

/// ``BatchNorm`` over the channels of images, `[N, C, H, W]`, whose pixels count together.
public final class BatchNorm2D: BatchNorm {
  /// A layer for `channels` channels.
  ///
  /// - Parameters:
  ///   - epsilon: Added to the variance, so that it is not 0.
  ///   - momentum: The share of a batch in the running statistics; nil makes them the mean over all batches.
  public override init(_ channels: Int, epsilon: Float = 1e-5, momentum: Float? = 0.1) {
    super.init(channels, epsilon: epsilon, momentum: momentum)
  }

  public override func callAsFunction(
    _ x: consuming Tensor, adding residual: Tensor? = nil, followedBy activation: Activation
  ) -> Tensor {
    guard x.rank == 4 else { failShape("BatchNorm2D", x.shape, expected: "[N, C, H, W]") }
    return super.callAsFunction(x, adding: residual, followedBy: activation)
  }
}

extension Module {
  /// Sets the running statistics of every batch norm to the exact mean and variance of what reaches it
  /// from `batches`, which `body` sends through the network.
  ///
  ///     model.measureStatistics(over: DataLoader(training, batchSize: 512)) { _ = model($0.images) }
  ///
  /// Meanwhile each batch is normalized by its own statistics; all else, what is frozen too, is in prediction mode. A running
  /// average follows the weights as they were over the last batches; these are for the weights as they are.
  /// The variance is that of the data, not an estimate.
  public func measureStatistics<Batches: Sequence>(
    over batches: Batches, _ body: (Batches.Element) throws -> Void
  ) rethrows {
    let norms = namedModules.compactMap { $0.module as? BatchNorm }
      .filter { !ModeNote.isFrozen($0) }
    defer { for norm in norms { norm.measured = nil } }
    try evaluating {
      for norm in norms {
        norm.isTraining = true
        norm.measured = ChannelStatistics(channels: norm.weight.shape[0])
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
