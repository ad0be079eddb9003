import Gannet
import Reproduction

extension Section {
  /// Preprocessing of The Time Machine: cleaning, tokens of characters and words, and counts.
  static let text = Section(
    "text", title: "Text into sequences", reference: "9.2, text-sequence", seconds: 1,
    isSeeded: false, published: TextFigures.all
  ) { context in
    let novel = try Novel(context)
    let (characters, words) = (novel.characters, novel.words)
    let letters = Vocabulary(characters)

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
    result.notes = ["the text begins: \(novel.text.prefix(60))"]
    result.fallback = novel.fallback
    return result
  }
}
