import GannetTensor

/// While training, zeroes each element with a probability p and scales the rest by 1 / (1 - p); in
/// prediction, nothing (the book's section 5.6).
public final class Dropout: Layer, TrainingDependent {
  /// The probability that an element is dropped, 0 to 1.
  public let probability: Float
  public var isTraining = true
  /// Where the masks come from: its position is part of the training state.
  public var stream: RandomStream

  /// A layer that drops with `probability`; stops unless it lies in 0...1.
  public init(_ probability: Float) {
    guard probability >= 0, probability <= 1 else {
      fail("Dropout: probability \(probability), expected 0 to 1")
    }
    self.probability = probability
    stream = RandomSource.current.makeStream()
  }

  /// The shape of `x`.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    mask(count: x.count).map { dropout(x, mask: $0) } ?? x
  }

  /// A fresh mask, or nil where nothing is dropped.
  package func mask(count: Int) -> DropoutMask? {
    guard isTraining, probability > 0 else { return nil }
    return DropoutMask(count: count, probability: probability, using: &stream)
  }
}
