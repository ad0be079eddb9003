import GannetData

extension CheckpointMetadata {
  /// The vocabulary of the model's tokens, those of the targets in translation; none by default. A
  /// training with another one cannot resume from the checkpoint.
  public var vocabulary: Vocabulary? {
    get { tokens.map { Vocabulary(tokens: $0) } }
    set { tokens = newValue?.tokens }
  }

  /// The vocabulary of the sources in translation, likewise; none by default.
  public var sourceVocabulary: Vocabulary? {
    get { sourceTokens.map { Vocabulary(tokens: $0) } }
    set { sourceTokens = newValue?.tokens }
  }

  /// Whether the tokens are those of vocabularies, or there are none.
  var hasPossibleVocabulary: Bool {
    [tokens, sourceTokens].allSatisfy { $0.map { Vocabulary(possible: $0) != nil } ?? true }
  }

  /// Throws a ``VocabularyError`` where both have a vocabulary and they differ.
  func checkVocabulary(of other: CheckpointMetadata) throws {
    for (own, kept) in [
      (vocabulary, other.vocabulary), (sourceVocabulary, other.sourceVocabulary),
    ] {
      if let own, let kept, kept != own { throw VocabularyError(expected: own, found: kept) }
    }
  }
}
