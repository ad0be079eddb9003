import GannetNN
import GannetTensor

/// The Transformer's decoder of tokens: embeddings times √E, sinusoidal positions, layers of causal
/// self-attention and attention to the encoder's outputs, and a linear layer to logits (Vaswani et al.,
/// 2017; Dive into Deep Learning, section 11.7.5).
///
/// The state keeps the keys and values of the tokens that have been read, and those of the encoder's
/// outputs: another token costs one step.
public final class TokenTransformerDecoder: SequenceDecoder {
  /// The vectors of tokens, `[V, E]`.
  public let embedding: Embedding
  /// The positions, and the dropout of the layers' input.
  public let positions: PositionalEncoding
  /// The Transformer's layers.
  public let blocks: TransformerDecoder
  /// The layer from the last layer's result to logits.
  public let dense: Linear

  /// Makes a decoder of `vocabularySize` tokens.
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
    blocks = TransformerDecoder(layers, settings)
    dense = Linear(settings.size, vocabularySize)
  }

  public func initialState(
    _ encoding: Tensor, lengths: IntTensor? = nil
  ) -> TransformerDecoder.State {
    blocks.state(of: encoding, lengths: lengths)
  }

  public func callAsFunction(
    _ tokens: IntTensor, state: TransformerDecoder.State
  ) -> (logits: Tensor, state: TransformerDecoder.State) {
    var state = state
    let x = embedding(tokens, positions, from: state.count)
    return (dense(blocks(x, state: &state)), state)
  }

  /// The logits and the state together with each layer's weights of the self-attention and of the
  /// attention to the encoder's outputs, `[N, H, T, K]`.
  public func withWeights(
    _ tokens: IntTensor, state: TransformerDecoder.State
  ) -> (
    logits: Tensor, state: TransformerDecoder.State, weights: [Tensor], memoryWeights: [Tensor]
  ) {
    var state = state
    let x = embedding(tokens, positions, from: state.count)
    let (y, weights, memoryWeights) = blocks.withWeights(x, state: &state)
    return (dense(y), state, weights, memoryWeights)
  }
}
