import Gannet

/// Batch normalization from raw tensors (section 8.5.4): of `[N, D]` over the batch, of
/// `[N, C, H, W]` over the batch and all places.
///
/// The running variance is the mean of the batches' biased ones, where the library's layer, as
/// PyTorch's, takes the unbiased ones. A batch of one vector is allowed: it becomes `beta`.
final class BatchNormByHand: Layer, TrainingDependent {
  let gamma: Parameter
  let beta: Parameter
  let runningMean: Buffer
  let runningVariance: Buffer
  var isTraining = true

  private let epsilon: Float = 1e-5
  private let momentum: Float = 0.1

  /// A layer for `size` features or channels.
  init(_ size: Int) {
    gamma = Parameter(Tensor(ones: [size]))
    beta = Parameter(Tensor(zeros: [size]))
    runningMean = Buffer(Tensor(zeros: [size]))
    runningVariance = Buffer(Tensor(ones: [size]))
  }

  func callAsFunction(_ images: Tensor) -> Tensor {
    // A channel's pixels side by side, so that what is broadcast over them goes in long runs.
    let x = images.contiguous()
    let axes = Axes([0, 2, 3].filter { $0 < x.rank })
    let shape = [1, x.shape[1]] + [Int](repeating: 1, count: x.rank - 2)
    func vector(_ values: Tensor) -> Tensor { values.reshaped(to: shape) }
    guard isTraining else {
      let scale = gamma.value / sqrt(runningVariance.value + epsilon)
      return (x - vector(runningMean.value)) * vector(scale) + vector(beta.value)
    }
    let mean = x.mean(along: axes, keepingAxes: true)
    let centered = x - mean
    let variance = square(centered).mean(along: axes, keepingAxes: true)
    follow(runningMean, mean)
    follow(runningVariance, variance)
    return centered * (vector(gamma.value) / sqrt(variance + epsilon)) + vector(beta.value)
  }

  private func follow(_ average: Buffer, _ value: Tensor) {
    let value = value.detached().flattened()
    average.value = (1 - momentum) * average.value + momentum * value
  }
}
