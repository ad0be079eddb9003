import Reproduction

/// The counts of words or n-grams in the text, a figure for each.
struct CountFigures: FigureGroup {
  let figures: [PublishedFigure]

  init(_ counts: KeyValuePairs<String, PrintedNumber>) {
    figures = counts.map { .exact($0.key, $0.value) }
  }

  /// The figure of a word; one that the book does not count is not published.
  subscript(word: String) -> PublishedFigure { figures.first { $0.name == word } ?? .ours(word) }
}
