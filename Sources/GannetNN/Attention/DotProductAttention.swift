import GannetTensor

/// Scaled dot-product attention with dropout of the weights, see
/// `scaledDotProductAttention(query:key:value:mask:scale:dropout:)` (Dive into Deep Learning, section
/// 11.3.3).
///
///     let attention = DotProductAttention(dropout: 0.5)
///     let y = attention(query: q, key: k, value: v, mask: .validLengths([2, 6]))
public final class DotProductAttention: Module {
  /// The dropout of the weights.
  public let dropout: Dropout
  /// Whether calls store their weights, which takes the memory of all scores; false by default.
  public var keepsWeights = false
  /// The weights of the last call that stored them, `[B, H, Q, K]` or `[B, Q, K]`, before dropout.
  public private(set) var attentionWeights: Tensor?

  /// Makes a layer with `dropout` of the weights, 0 by default.
  public init(dropout: Float = 0) { self.dropout = Dropout(dropout) }

  /// The weighted means of the values, `[B, H, Q, Dv]` or `[B, Q, Dv]`.
  ///
  /// - Parameters:
  ///   - query: `[B, H, Q, D]` or `[B, Q, D]`.
  ///   - key: `[B, Hkv, K, D]` or `[B, K, D]`.
  ///   - value: `[B, Hkv, K, Dv]` or `[B, K, Dv]`.
  ///   - mask: The keys that each query sees; all by default.
  ///   - scale: The factor of the products; 1 / √D by default.
  public func callAsFunction(
    query: Tensor, key: Tensor, value: Tensor, mask: AttentionMask = .none, scale: Float? = nil
  ) -> Tensor {
    let scores = query.shape.dropLast().reduce(1, *) * (key.rank < 2 ? 0 : key.shape[key.rank - 2])
    let drops = dropout.mask(count: scores)
    guard keepsWeights else {
      return scaledDotProductAttention(
        query: query, key: key, value: value, mask: mask, scale: scale, dropout: drops)
    }
    let (y, weights) = scaledDotProductAttentionWithWeights(
      query: query, key: key, value: value, mask: mask, scale: scale, dropout: drops)
    attentionWeights = weights.detached()
    return y
  }
}
