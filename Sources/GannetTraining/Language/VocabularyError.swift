import GannetData

/// The error of a checkpoint with another vocabulary than the training that resumes from it, whose
/// indices would denote other tokens.
public struct VocabularyError: Error, Equatable, CustomStringConvertible {
  /// The training's vocabulary.
  public let expected: Vocabulary
  /// The checkpoint's vocabulary.
  public let found: Vocabulary

  public var description: String {
    let (own, kept) = (expected.tokens, found.tokens)
    let place = zip(own, kept).prefix { $0 == $1 }.count
    let text = { (tokens: [String]) in place < tokens.count ? "\"\(tokens[place])\"" : "nothing" }
    return "the checkpoint's vocabulary of \(kept.count) tokens is not this training's of "
      + "\(own.count): number \(place) is \(text(kept)) there and \(text(own)) here; make the "
      + "vocabulary from the text that the checkpoint was trained on, or take "
      + "Checkpoint.metadata.vocabulary"
  }
}
