import GannetNN
import GannetTensor

/// An encoder-only Transformer (Devlin et al., 2019; Dive into Deep Learning, section 11.9.1) with the
/// names of Hugging Face's `BertModel`.
///
///     let model = BERT(vocabularySize: 30_522, size: 384, layers: 6, heads: 12)
///     let states = model(tokens, validLengths: lengths)  // [N, T] -> [N, T, 384]
///     let sentences = BERT.meanPooled(states, validLengths: lengths)  // [N, 384]
public final class BERT: Module, NamedParts {
  public static let partNames = [
    "tokens": "embeddings.word_embeddings", "positions": "embeddings.position_embeddings",
    "tokenTypes": "embeddings.token_type_embeddings", "norm": "embeddings.LayerNorm",
    "pooler": "pooler.dense",
  ]

  /// `[V, E]`.
  public let tokens: Embedding
  /// `[T, E]` for the longest sequence.
  public let positions: Embedding
  /// `[2, E]`, for the first and the second of two sentences.
  public let tokenTypes: Embedding
  /// The norm of the embeddings' sum.
  public let norm: LayerNorm
  /// The dropout of the embeddings.
  public let dropout: Dropout
  /// The Transformer's layers.
  public let encoder: TransformerEncoder
  /// The layer over the first token's state; nil for none.
  public let pooler: Linear?

  /// Makes a model of `vocabularySize` tokens V and `size` features E; weights are drawn from N(0,
  /// 0.02²), biases are zeros.
  ///
  /// - Parameters:
  ///   - vocabularySize: The number of tokens V.
  ///   - size: The number of features E.
  ///   - layers: The number of layers.
  ///   - heads: The number of heads, which divides the number of features.
  ///   - feedForwardSize: Hidden units of the feed-forward networks; 4 E by default.
  ///   - context: The number of positions.
  ///   - tokenTypeCount: The number of kinds of sentences; 2 by default.
  ///   - dropout: The probability of dropping an element; 0.1 by default.
  ///   - epsilon: The constant that norms add to the variance; 1e-12 by default, as in Hugging
  ///     Face's.
  ///   - hasPooler: Whether there is a layer over the first token's state.
  public init(
    vocabularySize: Int, size: Int = 768, layers: Int = 12, heads: Int = 12,
    feedForwardSize: Int? = nil, context: Int = 512, tokenTypeCount: Int = 2,
    dropout: Float = 0.1, epsilon: Float = 1e-12, hasPooler: Bool = true
  ) {
    let initializer = Initializer.normal(standardDeviation: 0.02)
    var settings = TransformerSettings(
      size, heads: heads, feedForwardSize: feedForwardSize ?? 4 * size, dropout: dropout,
      activation: .gelu, epsilon: epsilon, attentionInitializer: initializer)
    settings.hiddenDropout = 0
    tokens = Embedding(vocabularySize, size, initializer: initializer)
    positions = Embedding(context, size, initializer: initializer)
    tokenTypes = Embedding(tokenTypeCount, size, initializer: initializer)
    norm = LayerNorm(size, epsilon: epsilon)
    self.dropout = Dropout(dropout)
    encoder = TransformerEncoder(
      layers, settings,
      names: TransformerNames(
        layer: [
          "selfAttn": "attention", "norm1": "attention.output.LayerNorm",
          "norm2": "output.LayerNorm",
        ],
        attention: [
          "inProjWeight": "self.{query,key,value}.weight",
          "inProjBias": "self.{query,key,value}.bias", "outProj": "output.dense",
        ],
        feedForward: ["linear1": "intermediate.dense", "linear2": "output.dense"]),
      partNames: ["layers": "layer"])
    pooler =
      hasPooler
      ? Linear(size, size, weightInitializer: initializer, biasInitializer: .zeros) : nil
    for layer in encoder.layers {
      for linear in [layer.selfAttn.outProj, layer.feedForward.linear1, layer.feedForward.linear2] {
        linear.weight.value = initializer(linear.weight.shape)
        linear.bias!.value = Tensor(zeros: linear.bias!.shape)
      }
    }
  }

  /// The states of tokens, `[N, T]` to `[N, T, E]`.
  ///
  /// Stops where sequences are longer than the position table.
  ///
  /// - Parameters:
  ///   - tokens: Indices of tokens, `[N, T]`.
  ///   - validLengths: The number of tokens of each sequence, before padding; all by default.
  ///   - types: The sentence of each token, 0 or 1, `[N, T]`; 0 by default.
  public func callAsFunction(
    _ tokens: IntTensor, validLengths: [Int]? = nil, types: IntTensor? = nil
  ) -> Tensor {
    encoder(embedded(tokens, types), mask: validLengths.map { .validLengths($0) } ?? .none)
  }

  /// The states together with each layer's attention weights, `[N, H, T, T]`.
  public func withWeights(
    _ tokens: IntTensor, validLengths: [Int]? = nil, types: IntTensor? = nil
  ) -> (states: Tensor, weights: [Tensor]) {
    let (states, weights) = encoder.withWeights(
      embedded(tokens, types), mask: validLengths.map { .validLengths($0) } ?? .none)
    return (states, weights)
  }

  private func embedded(_ tokens: IntTensor, _ types: IntTensor?) -> Tensor {
    guard tokens.shape.rank == 2 else { failShape("BERT", tokens.shape, expected: "[N, T]") }
    let steps = tokens.shape[1]
    guard steps <= positions.weight.shape[0] else {
      fail("BERT: sequences of \(steps) tokens, there are \(positions.weight.shape[0]) positions")
    }
    if let types, types.shape != tokens.shape {
      failShapes("BERT, types", tokens.shape, types.shape)
    }
    let type = tokenTypes(types ?? IntTensor([0]))
    let x = self.tokens(tokens) + (positions(IntTensor(Array(0..<steps))) + type)
    return dropout(norm(x))
  }

  /// tanh of the pooler's layer over the first token's states, `[N, T, E]` to `[N, E]`; stops where
  /// there is none.
  public func pooled(_ states: Tensor) -> Tensor {
    guard let pooler else { fail("BERT: there is no pooler") }
    return tanh(pooler(states.sliced(0..<1, along: 1).squeezed(at: 1)))
  }

  /// The mean of each sequence's states, `[N, T, E]` to `[N, E]`, over its valid tokens; zeros where
  /// there are none.
  public static func meanPooled(_ states: Tensor, validLengths: [Int]) -> Tensor {
    meanOfValidSteps("meanPooled", states, validLengths)
  }
}
