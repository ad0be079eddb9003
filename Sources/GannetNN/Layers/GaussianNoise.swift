import GannetTensor

/// While training, adds independent normal noise of mean 0 to each element; in prediction, nothing.
///
/// Noise on the inputs makes a network smooth, as a penalty on its derivatives would (Bishop, 1995; the
/// book's section 5.6.1).
public final class GaussianNoise: Layer, TrainingDependent, StochasticModule {
  /// The standard deviation of the noise.
  public let standardDeviation: Float
  public var isTraining = true
  /// Where the noise comes from: its position is part of the training state.
  public var stream: RandomStream

  /// A layer of noise with `standardDeviation`; stops unless that is 0 or more.
  public init(_ standardDeviation: Float) {
    guard standardDeviation >= 0 else {
      fail("GaussianNoise: standardDeviation \(standardDeviation), expected 0 or more")
    }
    self.standardDeviation = standardDeviation
    stream = RandomSource.current.makeStream()
  }

  /// The shape of `x`.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    guard isTraining, standardDeviation > 0 else { return x }
    return x + Tensor(normal: x.shape, standardDeviation: standardDeviation, using: &stream)
  }
}
