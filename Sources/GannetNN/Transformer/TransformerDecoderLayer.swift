import GannetTensor

/// A layer of a Transformer's decoder: causal self-attention, attention to the encoder's outputs, and
/// a feed-forward network, each with a residual connection and a norm (Vaswani et al., 2017; Dive into
/// Deep Learning, section 11.7.5), with the names of PyTorch's `nn.TransformerDecoderLayer`; sequences
/// are `[N, T, E]`.
public final class TransformerDecoderLayer: Module, NamedPartsOfInstance {
  /// The causal attention to the target's tokens.
  public let selfAttn: MultiHeadAttention
  /// The attention to the encoder's outputs.
  public let multiheadAttn: MultiHeadAttention
  /// Its `linear1` and `linear2` are the layer's own in the state dictionary.
  public let feedForward: FeedForward
  /// The norms of the three sublayers, in their order.
  public let norm1: LayerNorm
  /// The norm of the attention to the encoder's outputs.
  public let norm2: LayerNorm
  /// The norm of the feed-forward network.
  public let norm3: LayerNorm
  /// The dropouts of the three sublayers' results.
  public let dropout1: Dropout
  /// The dropout of the result of the attention to the encoder's outputs.
  public let dropout2: Dropout
  /// The dropout of the feed-forward network's result.
  public let dropout3: Dropout
  /// The settings that the layer was made with.
  public let settings: TransformerSettings
  package let partNames = TransformerNames().partNames

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
  public init(_ settings: TransformerSettings) {
    self.settings = settings
    (selfAttn, multiheadAttn) = (settings.makeSelfAttention(), settings.makeCrossAttention())
    feedForward = FeedForward(settings, TransformerNames())
    (norm1, norm2, norm3) = (settings.makeNorm(), settings.makeNorm(), settings.makeNorm())
    dropout1 = Dropout(settings.attentionResultDropout)
    dropout2 = Dropout(settings.attentionResultDropout)
    dropout3 = Dropout(settings.feedForwardResultDropout)
  }

  /// The layer's result for `x`, `[N, T, E]`, and the encoder's outputs.
  ///
  /// - Parameters:
  ///   - x: The tokens, `[N, T, E]`.
  ///   - memory: The encoder's outputs, `[N, K, E]`.
  ///   - mask: The steps that each step of `x` attends to; the earlier ones and itself by default.
  ///   - memoryMask: The places of `memory` that each step attends to; all by default.
  public func callAsFunction(
    _ x: Tensor, memory: Tensor, mask: AttentionMask = .causal, memoryMask: AttentionMask = .none
  ) -> Tensor {
    completed(
      settings.residual(x, norm1) { selfAttn($0, mask: mask, followedBy: dropout1) },
      multiheadAttn.memory(of: memory), memoryMask)
  }

  /// The layer's result for new tokens, which attend to those in `cache` too and are added to it, and
  /// to a memory that is projected already.
  public func callAsFunction(
    _ x: Tensor, memory: AttentionMemory, cache: inout KeyValueCache,
    mask: AttentionMask = .causal, memoryMask: AttentionMask = .none
  ) -> Tensor {
    completed(
      settings.residual(x, norm1) {
        selfAttn($0, cache: &cache, mask: mask, followedBy: dropout1)
      }, memory, memoryMask)
  }

  /// The result with a cache together with the weights of the self-attention and of the attention to
  /// the memory, `[N, H, T, K]`.
  public func withWeights(
    _ x: Tensor, memory: AttentionMemory, cache: inout KeyValueCache,
    mask: AttentionMask = .causal, memoryMask: AttentionMask = .none
  ) -> (output: Tensor, weights: Tensor, memoryWeights: Tensor) {
    var found: [Tensor] = []
    func noting(_ result: (output: Tensor, weights: Tensor)) -> Tensor {
      found.append(result.weights)
      return result.output
    }
    let y = settings.residual(x, norm1) {
      dropout1(noting(selfAttn.withWeights($0, cache: &cache, mask: mask)))
    }
    let z = settings.residual(y, norm2) {
      dropout2(noting(multiheadAttn.withWeights($0, memory: memory, mask: memoryMask)))
    }
    return (completed(z), found[0], found[1])
  }

  private func completed(
    _ x: Tensor, _ memory: AttentionMemory, _ memoryMask: AttentionMask
  ) -> Tensor {
    completed(
      settings.residual(x, norm2) {
        multiheadAttn($0, memory: memory, mask: memoryMask, followedBy: dropout2)
      })
  }

  private func completed(_ x: Tensor) -> Tensor {
    settings.residual(x, norm3) { feedForward($0, followedBy: dropout3) }
  }
}
