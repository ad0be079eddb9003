import GannetData
import GannetNN

extension NextTokenModel {
  /// Generates text after `prefix`; the result begins with the prefix (Dive into Deep Learning,
  /// section 9.5.4).
  ///
  ///     model.text(after: "it has", in: vocabulary)                 // it has and the the...
  ///     model.text(after: "the time", count: 5, in: words, tokenizer: .words)
  ///
  /// Stops where the prefix has no token, or the vocabulary has tokens that the model does not
  /// know.
  ///
  /// - Parameters:
  ///   - prefix: The text that the model reads first. Its unknown tokens are read as `<unk>`.
  ///   - count: The number of tokens to generate; 20 by default.
  ///   - vocabulary: The model's vocabulary.
  ///   - tokenizer: The tokenizer of the model's texts; characters by default. Words are joined by
  ///     spaces.
  ///   - choice: The choice of each token; the most likely one by default.
  public func text(
    after prefix: String, count: Int = 20, in vocabulary: Vocabulary,
    tokenizer: Tokenizer = .characters, choosing choice: TokenChoice = .greedy
  ) -> String {
    let read = vocabulary.indices(of: tokenizer(prefix))
    let written = continuation(of: read, choosing: choice).prefix(count)
    return prefix + vocabulary.tokens(of: written).map { tokenizer.separator + $0 }.joined()
  }
}
