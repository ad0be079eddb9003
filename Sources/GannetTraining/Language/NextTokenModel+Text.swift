import GannetData
import GannetNN

extension NextTokenModel {
  /// The text that the model writes, from `prefix` on (the book's section 9.5.4).
  ///
  ///     model.text(after: "it has", in: vocabulary)                 // it has and the the...
  ///     model.text(after: "the time", count: 5, in: words, tokenizer: .words)
  ///
  /// Stops where the prefix has no token, or the model does not know all tokens of the vocabulary.
  ///
  /// - Parameters:
  ///   - prefix: The text that the model reads first. A token of it that the vocabulary lacks is
  ///     `<unk>` to the model.
  ///   - count: The number of tokens to write, 20 by default.
  ///   - vocabulary: That of the model's tokens.
  ///   - tokenizer: How the model's texts are cut, into characters by default. Words are written
  ///     with a space between.
  ///   - choice: How each token is chosen, the likeliest by default.
  public func text(
    after prefix: String, count: Int = 20, in vocabulary: Vocabulary,
    tokenizer: Tokenizer = .characters, choosing choice: TokenChoice = .greedy
  ) -> String {
    let read = vocabulary.numbers(of: tokenizer(prefix))
    let written = continuation(of: read, choosing: choice).prefix(count)
    return prefix + vocabulary.tokens(of: written).map { tokenizer.separator + $0 }.joined()
  }
}
