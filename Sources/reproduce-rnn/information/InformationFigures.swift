import Reproduction

/// Section "Language Models": perplexities that follow from definitions, and entropies of a text.
enum InformationFigures {
  static let certain = PublishedFigure.exact(
    "entropy of a certain outcome", "0", source: .definition)
  static let uniform = PublishedFigure.exact(
    "perplexity of 28 equally likely tokens", "28", source: .definition)
  static let frequencies = PublishedFigure.exact(
    "perplexity of the first 10,031 characters by their frequencies", "17.07", source: .definition)
  static let surprisal = PublishedFigure.claim(
    "surprisal of z beside that of a space", "the rare surprise more", 2...10)
  static let wrongBelief = PublishedFigure.claim(
    "cross-entropy with a wrong belief beside the entropy", "least where the belief is right",
    1.05...2)
  /// The entropy of a character where 1, 2, 3, 4 before it are known, beside that with one fewer.
  static let contexts = [
    PublishedFigure.claim("entropy after 1 characters beside after 0", "context tells", 0.7...0.9),
    .claim("entropy after 2 characters beside after 1", "more context tells more", 0.6...0.95),
    .claim("entropy after 3 characters beside after 2", "and more", 0.6...0.95),
    .claim("entropy after 4 characters beside after 3", "and more", 0.6...0.95),
  ]
  static let shuffled = PublishedFigure.claim(
    "the same after 1, text shuffled", "a random text stays as random", 0.98...1)

  static let all: [any FigureGroup] = [
    certain, uniform, frequencies, surprisal, wrongBelief, contexts, shuffled,
  ]
}
