import GannetTensor

/// A layer of a Transformer's encoder: self-attention and a feed-forward network, each with a
/// residual connection and a norm (Vaswani et al., 2017; Dive into Deep Learning, section 11.7.4),
/// with the names of PyTorch's `nn.TransformerEncoderLayer`; sequences are `[N, T, E]`.
///
///     let layer = TransformerEncoderLayer(512, heads: 8)
///     let y = layer(x, mask: .validLengths([5, 3]))  // [N, T, 512]
public final class TransformerEncoderLayer: Layer, NamedPartsOfInstance {
  /// The self-attention.
  public let selfAttn: MultiHeadAttention
  /// Its `linear1` and `linear2` are the layer's own in the state dictionary.
  public let feedForward: FeedForward
  /// The norm of the self-attention.
  public let norm1: LayerNorm
  /// The norm of the feed-forward network.
  public let norm2: LayerNorm
  /// The dropout of the self-attention's result.
  public let dropout1: Dropout
  /// The dropout of the feed-forward network's result.
  public let dropout2: Dropout
  /// The settings that the layer was made with.
  public let settings: TransformerSettings
  package let partNames: [String: String]

  /// Makes a layer of `size` features, by default with PyTorch's settings: 2,048 hidden units, ReLU,
  /// dropout 0.1, norms after the sums.
  public convenience init(
    _ size: Int, heads: Int, feedForwardSize: Int = 2_048, dropout: Float = 0.1,
    activation: Activation = .relu, normalization: TransformerSettings.Normalization = .post
  ) {
    self.init(
      TransformerSettings(
        size, heads: heads, feedForwardSize: feedForwardSize, dropout: dropout,
        activation: activation, normalization: normalization))
  }

  /// Makes a layer with `settings`.
  public convenience init(_ settings: TransformerSettings) {
    self.init(settings, names: TransformerNames())
  }

  package init(_ settings: TransformerSettings, names: TransformerNames) {
    self.settings = settings
    partNames = names.partNames
    selfAttn = settings.makeSelfAttention(names.attention)
    feedForward = FeedForward(settings, names)
    (norm1, norm2) = (settings.makeNorm(), settings.makeNorm())
    dropout1 = Dropout(settings.attentionResultDropout)
    dropout2 = Dropout(settings.feedForwardResultDropout)
  }

  /// `[N, T, E]` to `[N, T, E]`, where each step attends to all.
  public func callAsFunction(_ x: Tensor) -> Tensor { self(x, mask: .none) }

  /// `[N, T, E]` to `[N, T, E]`, where each step attends to those that `mask` allows.
  public func callAsFunction(_ x: Tensor, mask: AttentionMask) -> Tensor {
    completed(
      settings.residual(x, norm1) { selfAttn($0, mask: mask, followedBy: dropout1) })
  }

  /// The first `count` steps of the result for `x`, `[N, count, E]`; the others are not computed.
  public func first(_ count: Int, of x: Tensor, mask: AttentionMask = .none) -> Tensor {
    guard x.rank == 3, (0...x.shape[1]).contains(count) else {
      failShape("TransformerEncoderLayer", x.shape, expected: "[N, \(count) or more, E]")
    }
    let queries = x.sliced(0..<count, along: 1)
    switch settings.normalization {
    case .post:
      return completed(norm1(dropout1(selfAttn(queries, key: x, mask: mask)) + queries))
    case .pre:
      let y = norm1(x)
      let part = y.sliced(0..<count, along: 1)
      return completed(dropout1(selfAttn(part, key: y, mask: mask)) + queries)
    }
  }

  /// The layer's result for new tokens, which attend to those in `cache` too and are added to it.
  ///
  /// - Parameters:
  ///   - x: The new tokens, `[N, T, E]`.
  ///   - cache: The keys and values of the tokens before, to which those of `x` are added.
  ///   - mask: The mask over all keys; causal by default.
  public func callAsFunction(
    _ x: Tensor, cache: inout KeyValueCache, mask: AttentionMask = .causal
  ) -> Tensor {
    completed(
      settings.residual(x, norm1) {
        selfAttn($0, cache: &cache, mask: mask, followedBy: dropout1)
      })
  }

  /// The layer's result with the attention weights, `[N, H, T, T]`.
  public func withWeights(
    _ x: Tensor, mask: AttentionMask = .none
  ) -> (output: Tensor, weights: Tensor) {
    var weights: Tensor?
    let y = settings.residual(x, norm1) {
      let (output, found) = selfAttn.withWeights($0, mask: mask)
      weights = found
      return dropout1(output)
    }
    return (completed(y), weights!)
  }

  private func completed(_ x: Tensor) -> Tensor {
    settings.residual(x, norm2) { feedForward($0, followedBy: dropout2) }
  }
}
