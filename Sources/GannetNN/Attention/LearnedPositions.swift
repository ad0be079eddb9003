import GannetTensor

/// Adds a learned vector of each position to a sequence, then dropout (Gehring et al., 2017; Dive into
/// Deep Learning, section 11.6.3).
///
///     let positions = LearnedPositions(256, maximumLength: 512)
///     let y = positions(embedding(tokens))  // [N, T, 256]
public final class LearnedPositions: Layer {
  /// The vectors, `[maximumLength, E]`.
  public let weight: Parameter
  /// The dropout of the sum.
  public let dropout: Dropout

  /// Makes the positions of vectors of `size` features E.
  ///
  /// - Parameters:
  ///   - size: The number of features E of a vector.
  ///   - maximumLength: The number of positions.
  ///   - dropout: The probability of dropping an element of the sum; 0 by default.
  ///   - initializer: The initializer of `weight`; the standard normal distribution by default.
  public init(
    _ size: Int, maximumLength: Int, dropout: Float = 0,
    initializer: Initializer = .normal(standardDeviation: 1)
  ) {
    guard size > 0, maximumLength > 0 else {
      fail("LearnedPositions: \(maximumLength) positions of \(size) features")
    }
    weight = Parameter(initializer([maximumLength, size]))
    self.dropout = Dropout(dropout)
  }

  /// `[N, T, E]` to `[N, T, E]`; the first step is at position 0.
  public func callAsFunction(_ x: Tensor) -> Tensor { self(x, from: 0) }

  /// `[N, T, E]` to `[N, T, E]`, where the first step is at position `start`, such as the number of
  /// tokens in a cache; stops behind the last position.
  public func callAsFunction(_ x: Tensor, from start: Int) -> Tensor {
    dropout(x + weight.value.positions("LearnedPositions", from: start, of: x))
  }
}

extension Tensor {
  /// The rows of this table of positions, `[length, E]`, for the steps of `x`, `[N, T, E]`, of which
  /// the first is at position `start`.
  func positions(_ operation: StaticString, from start: Int, of x: Tensor) -> Tensor {
    guard x.rank == 3, x.shape[2] == shape[1] else {
      failShape(operation, x.shape, expected: "[N, T, \(shape[1])]")
    }
    guard start >= 0, start + x.shape[1] <= shape[0] else {
      fail(
        "\(operation): \(x.shape[1]) steps from position \(start), there are \(shape[0]) positions")
    }
    return sliced(start..<start + x.shape[1], along: 0)
  }
}
