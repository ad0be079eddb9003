import GannetTensor

/// The probability, the mode and the random stream of ``Dropout`` and ``ChannelDropout``.
public class DropoutLayer: TrainingDependent, StochasticModule {
  /// The probability p of dropping an element, or a channel, 0 to 1.
  public let probability: Float
  public var isTraining = true
  /// The random stream of the masks, whose position is part of the training state.
  public var stream: RandomStream

  /// Makes a layer that drops with `probability`; stops unless it is in 0...1.
  public init(_ probability: Float) {
    guard probability >= 0, probability <= 1 else {
      fail("\(Self.self): probability \(probability), expected 0 to 1")
    }
    self.probability = probability
    stream = RandomSource.current.makeStream()
  }

  /// A new mask, or nil where nothing is dropped.
  package final func mask(count: Int) -> DropoutMask? {
    guard isTraining, probability > 0 else { return nil }
    return DropoutMask(count: count, probability: probability, using: &stream)
  }
}

/// Dropout: in training mode zeroes each element with probability p and scales the others by 1 / (1
/// - p); the identity in evaluation mode (Dive into Deep Learning, section 5.6).
public final class Dropout: DropoutLayer, Layer {
  /// Applies dropout to `x`; the result has its shape.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    mask(count: x.count).map { dropout(x, mask: $0) } ?? x
  }
}

/// Spatial dropout: in training mode zeroes whole channels of each example with probability p and
/// scales the others by 1 / (1 - p); the identity in evaluation mode (Tompson et al., 2015; PyTorch's
/// `Dropout1d` and `Dropout2d`).
public final class ChannelDropout: DropoutLayer, Layer {
  /// Applies dropout to `x`, `[N, C, ...]`; the result has its shape.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    guard x.rank >= 2 else { failShape("ChannelDropout", x.shape, expected: "[N, C, ...]") }
    guard let mask = mask(count: x.shape[0] * x.shape[1]) else { return x }
    let shape = [x.shape[0], x.shape[1]] + Array(repeating: 1, count: x.rank - 2)
    return x * dropout(Tensor(ones: Shape(shape)), mask: mask)
  }
}
