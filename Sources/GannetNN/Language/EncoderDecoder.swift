import GannetTensor

/// A network that reads whole sequences of tokens, an encoder (Dive into Deep Learning, section
/// 10.6.1). `Encoder` is the name of Swift's own protocol for `Codable`.
public protocol SequenceEncoder: Module {
  /// The result of reading, such as hidden states, which a ``SequenceDecoder`` takes.
  associatedtype Encoding

  /// Reads sequences, `[N, S]`.
  ///
  /// - Parameters:
  ///   - source: The tokens of the sources, `[N, S]`.
  ///   - lengths: The number of tokens of each sequence that are not padding, `[N]`; nil means all.
  func callAsFunction(_ source: IntTensor, lengths: IntTensor?) -> Encoding
}

/// A network that writes sequences of tokens, one token after the other, from what an encoder has
/// read: a decoder (Dive into Deep Learning, section 10.6.2).
public protocol SequenceDecoder: Module {
  /// The result of the encoder.
  associatedtype Encoding
  /// All that the next token depends on beside the last one: the source, and what has been written.
  associatedtype State: DecoderState

  /// The state before the first token.
  ///
  /// - Parameters:
  ///   - encoding: The encoder's result.
  ///   - lengths: The number of tokens of each source that are not padding, `[N]`; nil means all.
  func initialState(_ encoding: Encoding, lengths: IntTensor?) -> State

  /// The logits of the token after each of `tokens`, `[N, T]` to `[N, T, V]`, and the state behind
  /// them. It gives the same logits for all tokens at once as for one at a time.
  func callAsFunction(_ tokens: IntTensor, state: State) -> (logits: Tensor, state: State)
}

/// The state of a decoder for a batch of sequences.
public protocol DecoderState {
  /// The state of the sequences at `rows`, `[R]`, in that order; rows may be left out and repeated.
  /// A beam search goes on from its best sequences by it.
  func selectingBatch(_ rows: IntTensor) -> Self
}

/// A model from a source and the tokens so far to the logits of each next token.
public protocol SequenceToSequenceModel: Module {
  /// The logits of the token after each of `target`, `[N, T]` to `[N, T, V]`.
  ///
  /// - Parameters:
  ///   - source: The sequences to read, `[N, S]`.
  ///   - target: The true tokens before each one to predict (teacher forcing), `[N, T]`.
  ///   - sourceLengths: The number of tokens of each source that are not padding, `[N]`; nil means
  ///     all.
  func callAsFunction(_ source: IntTensor, _ target: IntTensor, sourceLengths: IntTensor?) -> Tensor
}

/// An encoder and a decoder: a model from sequences to sequences (Dive into Deep Learning, section
/// 10.6.3).
///
///     let model = EncoderDecoder(
///       Seq2SeqEncoder(194, embeddingSize: 256, hiddenSize: 256, layers: 2),
///       Seq2SeqDecoder(214, embeddingSize: 256, hiddenSize: 256, layers: 2))
///     let logits = model(source, target, sourceLengths: lengths)  // [N, T, 214]
public final class EncoderDecoder<E: SequenceEncoder, D: SequenceDecoder>: SequenceToSequenceModel
where E.Encoding == D.Encoding {
  /// The part that reads the source.
  public let encoder: E
  /// The part that predicts the target.
  public let decoder: D

  /// Makes a model of its parts.
  public init(_ encoder: E, _ decoder: D) {
    self.encoder = encoder
    self.decoder = decoder
  }

  public func callAsFunction(
    _ source: IntTensor, _ target: IntTensor, sourceLengths: IntTensor? = nil
  ) -> Tensor {
    checkBatch("EncoderDecoder", source, sourceLengths)
    guard target.shape.rank == 2, target.shape[0] == source.shape[0] else {
      failShapes("EncoderDecoder", source.shape, target.shape)
    }
    return decoder(target, state: state(of: source, lengths: sourceLengths)).logits
  }

  /// The decoder's state before the first token, of sequences `[N, S]`.
  ///
  /// - Parameters:
  ///   - source: The tokens of the sources, `[N, S]`.
  ///   - lengths: The number of tokens of each sequence that are not padding, `[N]`; all by
  ///     default.
  public func state(of source: IntTensor, lengths: IntTensor? = nil) -> D.State {
    checkBatch("EncoderDecoder", source, lengths)
    return decoder.initialState(encoder(source, lengths: lengths), lengths: lengths)
  }
}

/// Stops unless `source` is `[N, S]` and `lengths`, if any, are `[N]` and in 0...S.
private func checkBatch(_ operation: StaticString, _ source: IntTensor, _ lengths: IntTensor?) {
  guard source.shape.rank == 2 else {
    failShape(operation, source.shape, expected: "a source [N, S]")
  }
  guard let lengths else { return }
  guard lengths.shape == [source.shape[0]] else {
    failShapes(operation, source.shape, lengths.shape)
  }
  let steps = source.shape[1]
  if let bad = lengths.elements.first(where: { !(0...steps).contains(Int($0)) }) {
    fail("\(operation): the length \(bad) is not in 0...\(steps)")
  }
}
