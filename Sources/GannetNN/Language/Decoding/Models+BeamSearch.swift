import GannetTensor

extension EncoderDecoder {
  /// Translates sequences by a beam search for the highest scores (1/L^α) Σ log P (Dive into Deep
  /// Learning, section 10.8.3).
  ///
  ///     let best = model.beamSearch(
  ///       of: source, from: begin, until: end, maximumLength: 9, width: 4
  ///     ).map { $0[0].tokens }
  ///
  /// - Parameters:
  ///   - source: The sequences, `[N, S]`.
  ///   - lengths: The number of tokens of each that are not padding, `[N]`; all by default.
  ///   - beginning: The token that the decoder reads first, `<bos>`.
  ///   - end: The token that ends a translation, `<eos>`.
  ///   - maximumLength: The largest number of tokens, `<eos>` included.
  ///   - width: The number of sequences of a source that are kept; 4 by default.
  ///   - lengthPenalty: The exponent α of the length L; 0.75 by default.
  /// - Returns: Up to `width` translations of each source, the best first.
  public func beamSearch(
    of source: IntTensor, lengths: IntTensor? = nil, from beginning: Int, until end: Int,
    maximumLength: Int, width: Int = 4, lengthPenalty: Double = 0.75
  ) -> [[BeamHypothesis]] {
    let search = BeamSearch(
      width: width, lengthPenalty: lengthPenalty, maximumLength: maximumLength, end: end)
    let count = source.shape.first ?? 0
    return evaluating {
      func step(_ tokens: IntTensor, _ state: D.State) -> (logits: Tensor, state: D.State) {
        let (logits, next) = decoder(tokens.reshaped(to: [tokens.count, 1]), state: state)
        return (logits.squeezed(at: 1), next)
      }
      let begin = IntTensor([Int](repeating: beginning, count: count))
      let (logits, state) = step(begin, state(of: source, lengths: lengths))
      return search(logits, state, step: step)
    }
  }
}

extension NextTokenModel where State: DecoderState {
  /// Continues sequences by a beam search for the highest scores (1/L^α) Σ log P, of the tokens
  /// behind the prefix (Dive into Deep Learning, section 10.8.3).
  ///
  /// Stops unless the prefixes have tokens, all as many.
  ///
  /// - Parameters:
  ///   - prefixes: The tokens that the model reads first, of each sequence.
  ///   - end: The token that ends a sequence; none by default.
  ///   - maximumLength: The largest number of tokens behind the prefix.
  ///   - width: The number of sequences of a prefix that are kept; 4 by default.
  ///   - lengthPenalty: The exponent α of the length L; 0.75 by default.
  /// - Returns: Up to `width` continuations of each prefix, the best first.
  public func beamSearch(
    after prefixes: [[Int]], until end: Int? = nil, maximumLength: Int, width: Int = 4,
    lengthPenalty: Double = 0.75
  ) -> [[BeamHypothesis]] {
    let search = BeamSearch(
      width: width, lengthPenalty: lengthPenalty, maximumLength: maximumLength, end: end)
    guard let length = prefixes.first?.count, length > 0,
      prefixes.allSatisfy({ $0.count == length })
    else {
      fail("beamSearch: prefixes of \(prefixes.map(\.count)) tokens, expected equally many")
    }
    return evaluating {
      func step(_ tokens: IntTensor, _ state: State?) -> (logits: Tensor, state: State) {
        let (logits, next) = self(tokens, state: state)
        return (logits[-1], next)
      }
      let read = IntTensor(prefixes.flatMap(\.self)).reshaped(to: [prefixes.count, length])
      let (logits, state) = step(read.transposed(), nil)
      return search(logits, state) { step($0.unsqueezed(at: 0), $1) }
    }
  }
}
