import Gannet
import Reproduction

extension Section {
  /// Preprocessing of The Time Machine: cleaning, tokens of characters and words, and counts.
  static let text = Section(
    "text", title: "Text into sequences", reference: "9.2, text-sequence", seconds: 1,
    isSeeded: false, published: TextFigures.all
  ) { context in
    let book = try TimeMachine(directory: context.dataFolder, allowsSubstitute: true)
    let text = book.text.lettersAndSpaces
    let characters = Tokenizer.characters(text)
    let letters = Vocabulary(characters)
    let words = Tokenizer.words(text)

    var result = SectionResult(figures: [
      TextFigures.characters: Double(characters.count),
      TextFigures.characterKinds: Double(letters.count),
      TextFigures.words: Double(words.count),
      TextFigures.wordKinds: Double(Vocabulary(words).count),
    ])
    for (figure, number) in zip(TextFigures.numbers, letters.indices(of: characters.prefix(10))) {
      result[figure] = Double(number)
    }
    for (word, count) in words.counted().sorted(by: { $0.value > $1.value }).prefix(10) {
      result[TextFigures.counts[word]] = Double(count)
    }
    result.notes = ["the text begins: \(text.prefix(60))"]
    result.fallback = book.fallback
    return result
  }
}
