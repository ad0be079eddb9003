import Gannet

/// The Time Machine as the chapters read it: letters in lower case and spaces.
package struct Novel {
  package let text: String
  /// Why the text is not the book's; nil where it is.
  package let fallback: String?

  package init(_ context: SectionContext) throws {
    let book = try TimeMachine(directory: context.dataFolder, allowsSubstitute: true)
    text = book.text.lettersAndSpaces
    fallback = book.fallback
  }

  package var characters: [String] { Tokenizer.characters(text) }
  package var words: [String] { Tokenizer.words(text) }

  /// The vocabulary of the characters, and the text as their indices.
  ///
  /// - Parameter reserved: Tokens that the text does not have. By default there are none.
  package func indexed(reserved: [String] = []) -> (vocabulary: Vocabulary, indices: [Int]) {
    let characters = characters
    let vocabulary = Vocabulary(characters, reserved: reserved)
    return (vocabulary, vocabulary.indices(of: characters))
  }
}
