import Reproduction

/// Section "Converting Raw Text into Sequence Data": sizes and counts of The Time Machine.
enum TextFigures {
  static let characters = PublishedFigure.exact("characters", "173428")
  static let characterKinds = PublishedFigure.exact("kinds of characters", "28")
  static let words = PublishedFigure.exact("words", "32775", source: .definition)
  static let wordKinds = PublishedFigure.exact("kinds of words", "4580", source: .definition)

  /// The first ten characters as numbers.
  static let numbers = [21, 9, 6, 0, 21, 10, 14, 6, 0, 14].enumerated().map { place, number in
    PublishedFigure.exact("number of character \(place)", PrintedNumber(integerLiteral: number))
  }

  /// The most frequent words.
  static let counts = CountFigures([
    "the": 2261, "i": 1267, "and": 1245, "of": 1155, "a": 816, "to": 695, "was": 552, "in": 541,
    "that": 443, "my": 440,
  ])

  static let all: [any FigureGroup] = [
    characters, characterKinds, words, wordKinds, numbers, counts,
  ]
}
