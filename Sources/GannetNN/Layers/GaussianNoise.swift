import GannetTensor

/// Gaussian noise: in training mode adds independent normal noise of mean 0 to each element; the
/// identity in evaluation mode.
///
/// Noise on the inputs is equivalent to Tikhonov regularization (Bishop, 1995; Dive into Deep
/// Learning, section 5.6.1).
public final class GaussianNoise: Layer, TrainingDependent, StochasticModule {
  /// The standard deviation of the noise.
  public let standardDeviation: Float
  public var isTraining = true
  /// The random stream of the noise, whose position is part of the training state.
  public var stream: RandomStream

  /// Makes a layer of noise with `standardDeviation`; stops unless that is 0 or more.
  public init(_ standardDeviation: Float) {
    guard standardDeviation >= 0 else {
      fail("GaussianNoise: standardDeviation \(standardDeviation), expected 0 or more")
    }
    self.standardDeviation = standardDeviation
    stream = RandomSource.current.makeStream()
  }

  /// Adds noise to `x`; the result has its shape.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    guard isTraining, standardDeviation > 0 else { return x }
    return x + Tensor(normal: x.shape, standardDeviation: standardDeviation, using: &stream)
  }
}
