import GannetTensor

/// Sinusoidal positions, added to vectors of tokens, then dropout (Vaswani et al., 2017; Dive into Deep
/// Learning, section 11.6.3).
///
/// Position i adds sin(i / 10000^(2j/E)) to feature 2j and the cosine to feature 2j + 1. There are no
/// parameters.
///
///     let encoding = PositionalEncoding(32, dropout: 0.1)
///     let y = encoding(x)  // [N, T, 32]
public final class PositionalEncoding: Layer {
  /// The positions, `[maximumLength, E]`.
  public let table: Tensor
  /// The dropout of the sum.
  public let dropout: Dropout

  /// Makes the positions of vectors of `size` features E.
  ///
  /// - Parameters:
  ///   - size: The number of features E of a vector.
  ///   - dropout: The probability of dropping an element of the sum; 0 by default.
  ///   - maximumLength: The number of positions; 1,000 by default.
  public init(_ size: Int, dropout: Float = 0, maximumLength: Int = 1_000) {
    guard size > 0, maximumLength > 0 else {
      fail("PositionalEncoding: \(maximumLength) positions of \(size) features")
    }
    table = Self.table(maximumLength, size)
    self.dropout = Dropout(dropout)
  }

  /// `[N, T, E]` to `[N, T, E]`; the first step is at position 0.
  public func callAsFunction(_ x: Tensor) -> Tensor { self(x, from: 0) }

  /// `[N, T, E]` to `[N, T, E]`, where the first step is at position `start`; stops behind the last
  /// position.
  public func callAsFunction(_ x: Tensor, from start: Int) -> Tensor {
    dropout(x + table.positions("PositionalEncoding", from: start, of: x))
  }

  private static func table(_ length: Int, _ size: Int) -> Tensor {
    let places = Tensor((0..<length).map(Float.init), shape: [length, 1])
    // In an odd size, the last sine has no cosine.
    let exponents = Tensor(stride(from: 0, to: size, by: 2).map { Float($0) / Float(size) })
    let angles = places / pow(Tensor(10_000), exponents)
    let both = stack([sin(angles), cos(angles)], along: 2)
    return both.reshaped(to: [length, -1]).sliced(0..<size, along: 1)
  }
}
