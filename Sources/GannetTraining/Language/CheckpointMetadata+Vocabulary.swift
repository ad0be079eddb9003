import GannetData

extension CheckpointMetadata {
  /// The vocabulary of the model's tokens; none by default. A training with another one cannot
  /// resume from the checkpoint.
  public var vocabulary: Vocabulary? {
    get { tokens.map { Vocabulary(tokens: $0) } }
    set { tokens = newValue?.tokens }
  }

  /// Whether the tokens are those of a vocabulary, or there are none.
  var hasPossibleVocabulary: Bool { tokens.map { Vocabulary(possible: $0) != nil } ?? true }

  /// Throws a ``VocabularyError`` where both have a vocabulary and they differ.
  func checkVocabulary(of other: CheckpointMetadata) throws {
    if let vocabulary, let kept = other.vocabulary, kept != vocabulary {
      throw VocabularyError(expected: vocabulary, found: kept)
    }
  }
}
