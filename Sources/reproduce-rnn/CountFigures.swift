import Reproduction

/// How often words, or runs of words, occur in the text; each is a figure of its own name.
struct CountFigures: FigureGroup {
  let figures: [PublishedFigure]

  init(_ counts: KeyValuePairs<String, PrintedNumber>) {
    figures = counts.map { .exact($0.key, $0.value) }
  }

  /// The figure of what was found in the text; a word that the book does not count is ours.
  subscript(word: String) -> PublishedFigure { figures.first { $0.name == word } ?? .ours(word) }
}
