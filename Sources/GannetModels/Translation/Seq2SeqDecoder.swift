import GannetNN
import GannetTensor

/// A decoder of gated recurrent units, which begins with the encoder's final state and reads the
/// context beside each token (Dive into Deep Learning, section 10.7.3).
///
/// Weights of the recurrent layers are initialized by Xavier's rule, as in the book; all else by
/// PyTorch's defaults.
public final class Seq2SeqDecoder: SequenceDecoder {
  /// The vectors of tokens, `[V, embeddingSize]`.
  public let embedding: Embedding
  /// The recurrent layers, which read a token beside the context.
  public let rnn: GRU
  /// The layer from hidden states to logits.
  public let dense: Linear

  private let context: SequenceContext

  /// Makes a decoder of `vocabularySize` tokens.
  ///
  /// - Parameters:
  ///   - vocabularySize: The number of tokens V.
  ///   - embeddingSize: The size of a token's vector.
  ///   - hiddenSize: The number of units of a layer, the encoder's.
  ///   - layers: The number of recurrent layers, the encoder's.
  ///   - dropout: The dropout probability between layers; 0 by default.
  ///   - contextSize: The size of the context; by default that of the encoder's outputs.
  ///   - context: The summary of the source; the encoder's output at the last step by default.
  public init(
    _ vocabularySize: Int, embeddingSize: Int, hiddenSize: Int, layers: Int, dropout: Float = 0,
    contextSize: Int? = nil, context: SequenceContext = .lastStep
  ) {
    embedding = Embedding(vocabularySize, embeddingSize)
    rnn = GRU(
      embeddingSize + (contextSize ?? hiddenSize), hiddenSize, layers: layers, dropout: dropout,
      weightInitializer: .xavierUniform())
    dense = Linear(hiddenSize, vocabularySize)
    self.context = context
  }

  /// The context of the source and the hidden states.
  public struct State: DecoderState {
    /// `[N, C]`.
    public var context: Tensor
    /// `[L, N, H]`.
    public var hidden: Tensor

    /// Makes a state.
    public init(context: Tensor, hidden: Tensor) {
      self.context = context
      self.hidden = hidden
    }

    public func selectingBatch(_ rows: IntTensor) -> State {
      State(context: context.slices(at: rows), hidden: hidden.slices(at: rows, along: 1))
    }
  }

  public func initialState(_ encoding: RecurrentEncoding, lengths: IntTensor? = nil) -> State {
    State(context: context(encoding.outputs, lengths: lengths), hidden: encoding.state)
  }

  public func callAsFunction(
    _ tokens: IntTensor, state: State
  ) -> (logits: Tensor, state: State) {
    let (output, hidden) = rnn(
      tokens.transposed(), in: embedding, beside: state.context, state: state.hidden)
    return (dense(output.transposed(0, 1)), State(context: state.context, hidden: hidden))
  }
}
