import GannetTensor

/// Additive attention: for each query, the mean of the values, weighted by the masked softmax of
/// w_v · tanh(W_q q + W_k k) (Bahdanau, Cho, Bengio, 2014; Dive into Deep Learning, section 11.3.4).
///
///     let attention = AdditiveAttention(queries: 20, keys: 2, hidden: 8, dropout: 0.1)
///     let y = attention(query: q, key: k, value: v, mask: .validLengths([2, 6]))
///
/// The three projections have no biases; their names in a state dictionary are the book's, such as
/// `W_q.weight`.
public final class AdditiveAttention: NamedParts {
  public static let partNames = [
    "queryProjection": "W_q", "keyProjection": "W_k", "scoreProjection": "w_v",
  ]

  /// W_q, from queries to the hidden layer.
  public let queryProjection: Linear
  /// W_k, from keys to the hidden layer.
  public let keyProjection: Linear
  /// w_v, from the hidden layer to a score.
  public let scoreProjection: Linear
  /// The dropout of the weights.
  public let dropout: Dropout
  /// Whether calls store their weights; false by default.
  public var keepsWeights = false
  /// The weights of the last call that stored them, `[B, Q, K]`, before dropout.
  public private(set) var attentionWeights: Tensor?

  /// Makes a layer for queries and keys of these sizes, with a hidden layer of `hidden` units and
  /// `dropout` of the weights, 0 by default.
  public init(queries: Int, keys: Int, hidden: Int, dropout: Float = 0) {
    queryProjection = Linear(queries, hidden, hasBias: false)
    keyProjection = Linear(keys, hidden, hasBias: false)
    scoreProjection = Linear(hidden, 1, hasBias: false)
    self.dropout = Dropout(dropout)
  }

  /// The weighted means of the values.
  ///
  /// - Parameters:
  ///   - query: `[B, Q, queries]`.
  ///   - key: `[B, K, keys]`.
  ///   - value: `[B, K, Dv]`.
  ///   - mask: The keys that each query sees; all by default.
  /// - Returns: `[B, Q, Dv]`.
  public func callAsFunction(
    query: Tensor, key: Tensor, value: Tensor, mask: AttentionMask = .none
  ) -> Tensor {
    self(query: query, projectedKey: keyProjection(key), value: value, mask: mask)
  }

  /// Attends to keys that are projected already: `projectedKey`, `[B, K, hidden]`, is the result of
  /// ``keyProjection``, which a decoder computes once for all its steps.
  public func callAsFunction(
    query: Tensor, projectedKey: Tensor, value: Tensor, mask: AttentionMask = .none
  ) -> Tensor {
    let scores = additiveScores(
      query: queryProjection(query), key: projectedKey,
      weight: scoreProjection.weight.value.reshaped(to: [-1]))
    let weights = maskedSoftmax(scores, mask)
    if keepsWeights { attentionWeights = weights.detached() }
    return matmul(dropout(weights), value)
  }
}
