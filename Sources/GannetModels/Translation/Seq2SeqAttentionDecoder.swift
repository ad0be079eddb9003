import GannetNN
import GannetTensor

/// A decoder of gated recurrent units that attends to the encoder's outputs at each step by additive
/// attention (Bahdanau, Cho, Bengio, 2014; Dive into Deep Learning, section 11.4.2).
///
/// The query is the last layer's state, and the mean of the outputs is read beside the token. Weights
/// of the recurrent layers are initialized by Xavier's rule, as in the book; all else by PyTorch's
/// defaults.
///
///     let model = EncoderDecoder(
///       Seq2SeqEncoder(194, embeddingSize: 256, hiddenSize: 256, layers: 2, dropout: 0.2),
///       Seq2SeqAttentionDecoder(
///         214, embeddingSize: 256, hiddenSize: 256, layers: 2, dropout: 0.2))
public final class Seq2SeqAttentionDecoder: SequenceDecoder {
  /// The attention to the encoder's outputs.
  public let attention: AdditiveAttention
  /// The vectors of tokens, `[V, embeddingSize]`.
  public let embedding: Embedding
  /// The recurrent layers, which read a token beside the attended outputs.
  public let rnn: GRU
  /// The layer from hidden states to logits.
  public let dense: Linear

  /// Makes a decoder of `vocabularySize` tokens.
  ///
  /// - Parameters:
  ///   - vocabularySize: The number of tokens V.
  ///   - embeddingSize: The size of a token's vector.
  ///   - hiddenSize: The number of units of a layer, the encoder's, and of the attention's hidden
  ///     layer.
  ///   - layers: The number of recurrent layers, the encoder's.
  ///   - dropout: The dropout probability between layers, and of the attention weights; 0 by
  ///     default.
  public init(
    _ vocabularySize: Int, embeddingSize: Int, hiddenSize: Int, layers: Int, dropout: Float = 0
  ) {
    attention = AdditiveAttention(
      queries: hiddenSize, keys: hiddenSize, hidden: hiddenSize, dropout: dropout)
    embedding = Embedding(vocabularySize, embeddingSize)
    rnn = GRU(
      hiddenSize + embeddingSize, hiddenSize, layers: layers, dropout: dropout,
      weightInitializer: .xavierUniform())
    dense = Linear(hiddenSize, vocabularySize)
  }

  /// The encoder's outputs and the hidden states.
  public struct State: DecoderState {
    /// `[N, S, H]`.
    public var outputs: Tensor
    /// The outputs as the attention's keys, `[N, S, H]`.
    public var projectedKeys: Tensor
    /// The number of outputs of each source that are not padding, `[N]`; nil means all.
    public var lengths: IntTensor?
    /// `[L, N, H]`.
    public var hidden: Tensor

    public func selectingBatch(_ rows: IntTensor) -> State {
      State(
        outputs: outputs.slices(at: rows), projectedKeys: projectedKeys.slices(at: rows),
        lengths: lengths?.slices(at: rows), hidden: hidden.slices(at: rows, along: 1))
    }
  }

  public func initialState(_ encoding: RecurrentEncoding, lengths: IntTensor? = nil) -> State {
    let outputs = encoding.outputs.transposed(0, 1)
    return State(
      outputs: outputs, projectedKeys: attention.keyProjection(outputs), lengths: lengths,
      hidden: encoding.state)
  }

  public func callAsFunction(
    _ tokens: IntTensor, state: State
  ) -> (logits: Tensor, state: State) {
    run(tokens, state) { _ in }
  }

  /// The logits and the state together with the attention weights of each step, `[N, T, S]`.
  public func withWeights(
    _ tokens: IntTensor, state: State
  ) -> (logits: Tensor, state: State, weights: Tensor) {
    let keeps = attention.keepsWeights
    attention.keepsWeights = true
    defer { attention.keepsWeights = keeps }
    var weights: [Tensor] = []
    let (logits, next) = run(tokens, state) { weights.append($0!) }
    return (logits, next, concatenate(weights, along: 1))
  }

  private func run(
    _ tokens: IntTensor, _ state: State, _ note: (Tensor?) -> Void
  ) -> (logits: Tensor, state: State) {
    guard tokens.shape.rank == 2, tokens.shape[1] > 0 else {
      failShape("Seq2SeqAttentionDecoder", tokens.shape, expected: "[N, T], one token or more")
    }
    let mask = AttentionMask.validLengths(state.lengths)
    var state = state
    let steps = embedding(tokens.transposed()).unstacked().map { x in
      let context = attention(
        query: state.hidden[-1].unsqueezed(at: 1), projectedKey: state.projectedKeys,
        value: state.outputs, mask: mask)
      note(attention.attentionWeights)
      let input = concatenate([context.squeezed(at: 1), x], along: 1).unsqueezed(at: 0)
      let (output, hidden) = rnn(input, state: state.hidden)
      state.hidden = hidden
      return output.squeezed(at: 0)
    }
    return (dense(stack(steps, along: 1)), state)
  }
}
