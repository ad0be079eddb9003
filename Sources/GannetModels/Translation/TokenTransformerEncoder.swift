import GannetNN
import GannetTensor

/// The Transformer's encoder of tokens: embeddings times √E, sinusoidal positions, and layers of
/// self-attention (Vaswani et al., 2017; Dive into Deep Learning, section 11.7.4).
///
///     let settings = TransformerSettings.book()
///     let model = EncoderDecoder(
///       TokenTransformerEncoder(194, layers: 2, settings),
///       TokenTransformerDecoder(214, layers: 2, settings))  // 1,869,782 parameters
public final class TokenTransformerEncoder: SequenceEncoder {
  /// The vectors of tokens, `[V, E]`.
  public let embedding: Embedding
  /// The positions, and the dropout of the layers' input.
  public let positions: PositionalEncoding
  /// The Transformer's layers.
  public let blocks: TransformerEncoder

  /// Makes an encoder of `vocabularySize` tokens.
  ///
  /// - Parameters:
  ///   - vocabularySize: The number of tokens V.
  ///   - layers: The number of layers.
  ///   - settings: The settings of the layers; the dropout of their input is that of their results.
  ///   - maximumLength: The largest number of tokens; 1,000 by default.
  public init(
    _ vocabularySize: Int, layers: Int, _ settings: TransformerSettings,
    maximumLength: Int = 1_000
  ) {
    (embedding, positions) = settings.makeInput(vocabularySize, maximumLength)
    blocks = TransformerEncoder(layers, settings)
  }

  /// `[N, S]` to `[N, S, E]`, where no token attends to padding.
  public func callAsFunction(_ source: IntTensor, lengths: IntTensor? = nil) -> Tensor {
    blocks(embedding(source, positions), mask: .validLengths(lengths))
  }

  /// The result with each layer's attention weights, `[N, H, S, S]`.
  public func withWeights(
    _ source: IntTensor, lengths: IntTensor? = nil
  ) -> (output: Tensor, weights: [Tensor]) {
    blocks.withWeights(embedding(source, positions), mask: .validLengths(lengths))
  }
}

extension Embedding {
  /// The vectors of tokens, `[N, T]`, times √E, with their positions, as a Transformer reads them.
  func callAsFunction(
    _ tokens: IntTensor, _ positions: PositionalEncoding, from start: Int = 0
  ) -> Tensor {
    guard tokens.shape.rank == 2 else { failShape("Transformer", tokens.shape, expected: "[N, T]") }
    return positions(self(tokens) * Float(weight.shape[1]).squareRoot(), from: start)
  }
}

extension TransformerSettings {
  /// The embedding of `vocabularySize` tokens, and their positions with the dropout of the sum.
  func makeInput(
    _ vocabularySize: Int, _ maximumLength: Int
  ) -> (Embedding, PositionalEncoding) {
    (
      Embedding(vocabularySize, size),
      PositionalEncoding(size, dropout: attentionResultDropout, maximumLength: maximumLength)
    )
  }

  /// The settings of the book's Transformer for translation: no dropout between the two linear layers,
  /// attention without biases, all weights by the rule of linear layers.
  public static func book(
    _ size: Int = 256, heads: Int = 4, feedForwardSize: Int = 64, dropout: Float = 0.2
  ) -> TransformerSettings {
    var settings = TransformerSettings(
      size, heads: heads, feedForwardSize: feedForwardSize, dropout: dropout,
      hasAttentionBias: false, attentionInitializer: .fanInUniform)
    settings.hiddenDropout = 0
    return settings
  }
}
