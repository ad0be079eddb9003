import GannetTensor

/// Rotary positions of queries and keys (Su et al., 2021); see
/// `rotaryPositions(_:from:size:base:pairing:)`. It has no parameters and any number of positions, so that
/// several layers can share it.
///
///     let attention = MultiHeadAttention(512, heads: 8, rotaryPositions: RotaryPositions())
///
///     let rotary = RotaryPositions(pairing: .halves)  // as in Llama
///     let y = scaledDotProductAttention(
///       query: rotary(query), key: rotary(key), value: value, mask: .causal)
public final class RotaryPositions: Layer, Sendable {
  /// The number of features that are rotated, the first of each head; nil for all.
  public let size: Int?
  /// The base of the angles.
  public let base: Float
  /// The features that are rotated together.
  public let pairing: RotaryPairing

  /// Makes rotary positions of the first `size` features of each head, all by default.
  ///
  /// - Parameters:
  ///   - size: The number of features of a head that are rotated; all by default.
  ///   - base: The base of the angles; 10,000 by default.
  ///   - pairing: The features that are rotated together; neighbours by default.
  public init(size: Int? = nil, base: Float = 10_000, pairing: RotaryPairing = .interleaved) {
    self.size = size
    self.base = base
    self.pairing = pairing
  }

  /// `[..., T, D]` to `[..., T, D]`; the first step is at position 0.
  public func callAsFunction(_ x: Tensor) -> Tensor { self(x, from: 0) }

  /// `[..., T, D]` to `[..., T, D]`, where the first step is at position `start`, such as the number of
  /// tokens that a cache has read.
  public func callAsFunction(_ x: Tensor, from start: Int) -> Tensor {
    GannetTensor.rotaryPositions(x, from: start, size: size, base: base, pairing: pairing)
  }

  /// Rotates the first `heads` heads of a product for queries, keys and values, `[N, T, (heads + ...)
  /// · headSize]`.
  func callAsFunction(
    packed x: consuming Tensor, heads: Int, headSize: Int, from start: Int
  ) -> Tensor {
    GannetTensor.rotaryPositions(
      packed: x, heads: heads, headSize: headSize, from: start, size: size, base: base,
      pairing: pairing)
  }
}
