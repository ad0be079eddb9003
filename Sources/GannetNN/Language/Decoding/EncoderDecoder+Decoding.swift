import GannetTensor

extension EncoderDecoder {
  /// Translates sequences, token by token, each read back by the decoder (Dive into Deep Learning,
  /// section 10.7.7).
  ///
  /// Translations end before the token `end`, or after `maximumLength` tokens.
  ///
  /// - Parameters:
  ///   - source: The sequences, `[N, S]`.
  ///   - lengths: The number of tokens of each that are not padding, `[N]`; all by default.
  ///   - beginning: The token that the decoder reads first, `<bos>`.
  ///   - end: The token that ends a translation, `<eos>`.
  ///   - maximumLength: The largest number of tokens.
  ///   - choice: The choice of each token; the most likely one by default.
  /// - Returns: The tokens of each of the N translations.
  public func translations(
    of source: IntTensor, lengths: IntTensor? = nil, from beginning: Int, until end: Int,
    maximumLength: Int, choosing choice: TokenChoice = .greedy
  ) -> [[Int]] {
    let count = source.shape.first ?? 0
    return evaluating {
      var state = state(of: source, lengths: lengths)
      var tokens = [Int](repeating: beginning, count: count)
      // A stream for each sequence, so that it does not depend on the others' lengths.
      var streams = tokens.map { _ in RandomSource.current.makeStream() }
      var (written, isOpen) = (
        [[Int]](repeating: [], count: count), [Bool](repeating: true, count: count)
      )
      for _ in 0..<maximumLength where isOpen.contains(true) {
        let (logits, next) = decoder(
          IntTensor(tokens).reshaped(to: [count, 1]), state: state)
        state = next
        let likeliest = choice == .greedy ? logits.argmax(along: -1).scalars : []
        for row in 0..<count where isOpen[row] {
          tokens[row] =
            choice == .greedy
            ? Int(likeliest[row]) : choice(logits[row][-1], using: &streams[row])
          isOpen[row] = tokens[row] != end
          if isOpen[row] { written[row].append(tokens[row]) }
        }
      }
      return written
    }
  }
}
