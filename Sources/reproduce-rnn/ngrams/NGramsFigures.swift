import Reproduction

/// Section "Converting Raw Text into Sequence Data": how often words, pairs and triples occur.
enum NGramsFigures {
  static let unigram = NGramFigures(
    "unigram", kinds: 4579, ranks: [1: 2261, 10: 440, 100: 45, 1000: 4],
    slope: ("frequency falls as a power of rank", -1.2 ... -0.8))
  static let bigram = NGramFigures(
    "bigram", kinds: 20234, ranks: [1: 309, 10: 73, 100: 18, 1000: 4],
    slope: ("so does that of pairs, slower", -0.8 ... -0.4))
  static let trigram = NGramFigures(
    "trigram", kinds: 29882, ranks: [1: 59, 10: 13, 100: 5, 1000: 2],
    slope: ("so does that of triples", -0.6 ... -0.2))

  /// The most frequent pairs and triples.
  static let counts = CountFigures([
    "of-the": 309, "in-the": 169, "i-had": 130, "i-was": 112, "and-the": 109, "the-time": 102,
    "it-was": 99, "to-the": 85, "as-i": 78, "of-a": 73, "the-time-traveller": 59,
    "the-time-machine": 30, "the-medical-man": 24, "it-seemed-to": 16, "it-was-a": 15,
    "here-and-there": 15, "seemed-to-me": 14, "i-did-not": 14, "i-saw-the": 13, "i-began-to": 13,
  ])

  static let unseenPairs = PublishedFigure.claim(
    "held-out pairs never seen", "without smoothing they are impossible", 0.2...0.8)
  static let bigramPerplexity = PublishedFigure.claim(
    "bigram, best perplexity beside the unigram's", "the word before helps", 0.2...0.9)
  static let trigramPerplexity = PublishedFigure.ours(
    "trigram, best perplexity beside the unigram's")
  static let smoothUnigram = PublishedFigure.claim(
    "unigram, ε=1e12, perplexity beside m", "P nears 1/m", 0.999...1.001)
  static let smoothBigram = PublishedFigure.claim(
    "bigram, ε=1e12, perplexity beside the unigram's", "P(x'|x) nears P(x')", 0.999...1.001)

  static let all: [any FigureGroup] = [
    unigram, bigram, trigram, counts, unseenPairs, bigramPerplexity, smoothUnigram, smoothBigram,
  ]
}

/// N-grams of one order: the number of distinct ones, and the frequencies at some ranks.
struct NGramFigures: FigureGroup {
  let name: String
  let kinds: PublishedFigure
  let ranks: [(rank: Int, count: PublishedFigure)]
  /// The slope of the line through the logarithms of ranks 10 to 1000 and their frequencies.
  let slope: PublishedFigure

  init(
    _ name: String, kinds: PrintedNumber, ranks: KeyValuePairs<Int, PrintedNumber>,
    slope: (statement: String, bounds: ClosedRange<Double>)
  ) {
    self.name = name
    self.kinds = .exact("\(name)s", kinds, source: .definition)
    self.ranks = ranks.map { ($0.key, .exact("\(name) of rank \($0.key)", $0.value)) }
    self.slope = .claim("\(name), slope of ranks 10 to 1000", slope.statement, slope.bounds)
  }

  var figures: [PublishedFigure] { [kinds] + ranks.map(\.count) + [slope] }
}
