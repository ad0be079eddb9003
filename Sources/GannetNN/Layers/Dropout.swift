import GannetTensor

/// Dropout: in training mode zeroes each element with probability p and scales the others by 1 / (1
/// - p); the identity in evaluation mode (Dive into Deep Learning, section 5.6).
public final class Dropout: Layer, TrainingDependent {
  /// The probability p of dropping an element, 0 to 1.
  public let probability: Float
  public var isTraining = true
  /// The random stream of the masks, whose position is part of the training state.
  public var stream: RandomStream

  /// Makes a layer that drops with `probability`; stops unless it is in 0...1.
  public init(_ probability: Float) {
    guard probability >= 0, probability <= 1 else {
      fail("Dropout: probability \(probability), expected 0 to 1")
    }
    self.probability = probability
    stream = RandomSource.current.makeStream()
  }

  /// Applies dropout to `x`; the result has its shape.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    mask(count: x.count).map { dropout(x, mask: $0) } ?? x
  }

  /// A new mask, or nil where nothing is dropped.
  package func mask(count: Int) -> DropoutMask? {
    guard isTraining, probability > 0 else { return nil }
    return DropoutMask(count: count, probability: probability, using: &stream)
  }
}
