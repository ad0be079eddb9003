import GannetNN
import GannetTensor

/// An encoder of gated recurrent units over embedded tokens (Dive into Deep Learning, section
/// 10.7.2).
///
/// Weights of the recurrent layers are initialized by Xavier's rule, as in the book; all else by
/// PyTorch's defaults.
public final class Seq2SeqEncoder: SequenceEncoder {
  /// The vectors of tokens, `[V, embeddingSize]`.
  public let embedding: Embedding
  /// The recurrent layers.
  public let rnn: GRU
  /// Whether padding is read like other tokens, as in the book.
  public let readsPadding: Bool

  /// Makes an encoder of `vocabularySize` tokens.
  ///
  /// - Parameters:
  ///   - vocabularySize: The number of tokens V.
  ///   - embeddingSize: The size of a token's vector.
  ///   - hiddenSize: The size H of an output, in a bidirectional encoder of both directions
  ///     together.
  ///   - layers: The number of recurrent layers.
  ///   - dropout: The dropout probability between layers; 0 by default.
  ///   - isBidirectional: Whether half of the units read from the end; false by default.
  ///   - readsPadding: Whether padding is read like other tokens; otherwise states are those behind
  ///     each source's last token, and outputs of padding are 0. True by default.
  public init(
    _ vocabularySize: Int, embeddingSize: Int, hiddenSize: Int, layers: Int, dropout: Float = 0,
    isBidirectional: Bool = false, readsPadding: Bool = true
  ) {
    guard !isBidirectional || hiddenSize.isMultiple(of: 2) else {
      fail("Seq2SeqEncoder: \(hiddenSize) units are not two directions of the same size")
    }
    embedding = Embedding(vocabularySize, embeddingSize)
    rnn = GRU(
      embeddingSize, isBidirectional ? hiddenSize / 2 : hiddenSize, layers: layers,
      dropout: dropout, isBidirectional: isBidirectional, weightInitializer: .xavierUniform())
    self.readsPadding = readsPadding
  }

  public func callAsFunction(_ source: IntTensor, lengths: IntTensor? = nil) -> RecurrentEncoding {
    let (outputs, state) = rnn(
      source.transposed(), in: embedding, lengths: readsPadding ? nil : lengths)
    return RecurrentEncoding(outputs: outputs, state: joiningDirections(state))
  }

  /// `[2 · L, N, H/2]` as `[L, N, H]`.
  private func joiningDirections(_ state: Tensor) -> Tensor {
    guard rnn.isBidirectional else { return state }
    let (layers, count) = (state.shape[0] / 2, state.shape[1])
    return state.reshaped(to: [layers, 2, count, rnn.hiddenSize]).permuted([0, 2, 1, 3])
      .reshaped(to: [layers, count, 2 * rnn.hiddenSize])
  }
}

/// The result of a recurrent encoder.
public struct RecurrentEncoding {
  /// The last layer's state at each step, `[S, N, H]`.
  public var outputs: Tensor
  /// The final state of each layer, `[L, N, H]`.
  public var state: Tensor

  /// Makes a result of outputs and final states.
  public init(outputs: Tensor, state: Tensor) {
    self.outputs = outputs
    self.state = state
  }
}
