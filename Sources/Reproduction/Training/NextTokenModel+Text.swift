import Gannet

extension NextTokenModel {
  /// What the model writes after `prefix`, prefix and all.
  ///
  /// - Parameters:
  ///   - count: The number of characters to write.
  ///   - vocabulary: That of the model; without one token each character of the prefix is `<unk>`.
  ///   - choice: How a character is chosen. Default: the likeliest.
  package func text(
    after prefix: String, count: Int, in vocabulary: Vocabulary,
    choosing choice: TokenChoice = .greedy
  ) -> String {
    let read = vocabulary.numbers(of: Tokenizer.characters(prefix))
    let written = continuation(of: read, choosing: choice).prefix(count)
    return prefix + vocabulary.tokens(of: written).joined()
  }
}
