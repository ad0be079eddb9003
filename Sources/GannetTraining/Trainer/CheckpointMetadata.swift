/// Facts about a training that its checkpoints keep beside its state.
///
///     trainer.metadata["data"] = "The Time Machine"
///     trainer.metadata.vocabulary = vocabulary
public struct CheckpointMetadata: Codable, Hashable, Sendable {
  private var facts: [String: String] = [:]
  /// The tokens of ``vocabulary``, in the order of their indices.
  var tokens: [String]?
  /// The tokens of ``sourceVocabulary``, likewise.
  var sourceTokens: [String]?

  /// Metadata without facts.
  public init() {}

  /// A fact by its name.
  public subscript(name: String) -> String? {
    get { facts[name] }
    set { facts[name] = newValue }
  }

  /// The facts with those of `other` that are missing.
  ///
  /// - Throws: ``VocabularyError`` where the vocabularies differ.
  func completed(by other: CheckpointMetadata) throws -> CheckpointMetadata {
    try checkVocabulary(of: other)
    var all = self
    all.tokens = tokens ?? other.tokens
    all.sourceTokens = sourceTokens ?? other.sourceTokens
    all.facts.merge(other.facts) { own, _ in own }
    return all
  }
}
