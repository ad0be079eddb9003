import GannetTensor

/// The settings that all layers of a Transformer share; the defaults are PyTorch's.
public struct TransformerSettings: Sendable {
  /// Where a sublayer's input and result are normalized.
  public enum Normalization: Sendable {
    /// norm(x + f(x)), as in the first Transformer (Vaswani et al., 2017).
    case post
    /// x + f(norm(x)) (Xiong et al., 2020).
    case pre
  }

  /// The number of features E.
  public var size: Int
  /// The number of attention heads.
  public var heads: Int
  /// The number of heads of keys and values; as many as `heads` by default.
  public var keyValueHeads: Int?
  /// The number of hidden units between the two linear layers.
  public var feedForwardSize: Int
  /// The activation between them; ReLU by default.
  public var activation: Activation
  /// The place of the norms: after the residual sums, by default, or before the sublayers.
  public var normalization: Normalization
  /// The probability of dropping an attention weight.
  public var attentionDropout: Float
  /// The probability of dropping a hidden unit between the two linear layers.
  public var hiddenDropout: Float
  /// The probability of dropping an element of the attention's result before it is added.
  public var attentionResultDropout: Float
  /// The probability of dropping an element of the feed-forward network's result before it is added.
  public var feedForwardResultDropout: Float
  /// The positions by which queries and keys of self-attention are rotated; nil, for none, by default.
  public var rotaryPositions: RotaryPositions?
  /// Whether the attention's projections have biases.
  public var hasAttentionBias: Bool
  /// The constant that the norms add to the variance.
  public var epsilon: Float
  /// The initializer of the projections of queries, keys and values.
  public var attentionInitializer: Initializer

  /// Settings whose four dropouts are `dropout`, 0.1 by default.
  public init(
    _ size: Int, heads: Int, feedForwardSize: Int = 2_048, dropout: Float = 0.1,
    activation: Activation = .relu, normalization: Normalization = .post,
    hasAttentionBias: Bool = true, epsilon: Float = 1e-5,
    attentionInitializer: Initializer = .xavierUniform()
  ) {
    self.size = size
    self.heads = heads
    self.feedForwardSize = feedForwardSize
    self.activation = activation
    self.normalization = normalization
    (attentionDropout, hiddenDropout) = (dropout, dropout)
    (attentionResultDropout, feedForwardResultDropout) = (dropout, dropout)
    self.hasAttentionBias = hasAttentionBias
    self.epsilon = epsilon
    self.attentionInitializer = attentionInitializer
  }

  func makeSelfAttention(_ partNames: [String: String] = [:]) -> MultiHeadAttention {
    makeAttention(partNames, rotaryPositions)
  }

  /// The attention of a decoder to an encoder's outputs.
  func makeCrossAttention() -> MultiHeadAttention { makeAttention([:], nil) }

  private func makeAttention(
    _ partNames: [String: String], _ rotaryPositions: RotaryPositions?
  ) -> MultiHeadAttention {
    MultiHeadAttention(
      size, heads: heads, keyValueHeads: keyValueHeads, dropout: attentionDropout,
      hasBias: hasAttentionBias, rotaryPositions: rotaryPositions,
      weightInitializer: attentionInitializer, partNames: partNames)
  }

  /// A mask of queries, `[N, Q, E]`, and a number of keys, resolved once for all layers.
  func resolved(_ mask: AttentionMask, _ queries: Tensor, keys: Int) -> AttentionMask {
    guard queries.rank == 3 else { return mask }  // the layer says so
    return mask.resolved(for: [queries.shape[0], heads, queries.shape[1], keys])
  }

  /// A mask of queries, `[N, Q, E]`, and keys, `[N, K, E]`.
  func resolved(_ mask: AttentionMask, _ queries: Tensor, _ keys: Tensor) -> AttentionMask {
    guard keys.rank == 3 else { return mask }
    return resolved(mask, queries, keys: keys.shape[1])
  }

  /// The causal mask of new tokens, `[N, T, E]`, behind those of a cache; nil stands for no layer.
  func causalMask(_ x: Tensor, behind cache: KeyValueCache?) -> AttentionMask {
    guard let cache, x.rank == 3 else { return .causal }
    return resolved(.causal, x, keys: cache.count + x.shape[1])
  }

  package func makeNorm() -> LayerNorm { LayerNorm(size, epsilon: epsilon) }

  /// A sublayer with its residual connection and norm.
  func residual(_ x: Tensor, _ norm: LayerNorm, _ sublayer: (Tensor) -> Tensor) -> Tensor {
    switch normalization {
    case .post: norm(sublayer(x) + x)
    case .pre: sublayer(norm(x)) + x
    }
  }
}

/// The names of a layer's parts in a state dictionary where they are not PyTorch's.
package struct TransformerNames {
  /// Of the layer's parts, by property.
  package var layer: [String: String]
  package var attention: [String: String]
  package var feedForward: [String: String]

  package init(
    layer: [String: String] = [:], attention: [String: String] = [:],
    feedForward: [String: String] = [:]
  ) {
    self.layer = layer
    self.attention = attention
    self.feedForward = feedForward
  }

  /// The names of the layer's parts; the feed-forward network adds no level by default.
  var partNames: [String: String] { layer.merging(["feedForward": ""]) { own, _ in own } }
}
