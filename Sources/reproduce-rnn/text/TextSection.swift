import Gannet
import Reproduction

extension Section {
  /// From The Time Machine to numbers: cleaned, cut into characters and words, counted.
  static let text = Section(
    "text", title: "Text into sequences", reference: "9.2, text-sequence", seconds: 1,
    isSeeded: false, published: .text
  ) { context in
    let book = try TimeMachine(directory: context.dataFolder, allowsSubstitute: true)
    let text = book.text.lettersAndSpaces
    let characters = Tokenizer.characters(text)
    let letters = Vocabulary(characters)
    let words = Tokenizer.words(text)

    var result = SectionResult(figures: [
      "characters": Double(characters.count), "kinds of characters": Double(letters.count),
      "words": Double(words.count), "kinds of words": Double(Vocabulary(words).count),
    ])
    for (place, number) in letters.numbers(of: characters.prefix(10)).enumerated() {
      result["number of character \(place)"] = Double(number)
    }
    for (word, count) in words.counted().sorted(by: { $0.value > $1.value }).prefix(10) {
      result[word] = Double(count)
    }
    result.notes = ["the text begins: \(text.prefix(60))"]
    result.fallback = book.fallback
    return result
  }
}
