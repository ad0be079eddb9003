import Reproduction

/// Section "Machine Translation and the Dataset": sizes and indices of the English-French pairs.
enum MachineTranslationFigures {
  static let pairs = PublishedFigure.exact("pairs", "167130", source: .definition)
  static let shortest = PublishedFigure.exact("tokens of the shortest", "3", source: .definition)
  static let longestSource = PublishedFigure.exact(
    "tokens of the longest English", "52", source: .definition)
  static let longestTarget = PublishedFigure.exact(
    "tokens of the longest French", "59", source: .definition)

  /// The first bins, of ten from the shortest to the longest sentence of both languages.
  static let sourceBins = bins("English", ["103755", "59311", "3639", "359"])
  static let targetBins = bins("French", ["93555", "67052", "5656", "740"])

  static let training = PublishedFigure.exact("pairs to train", "512", source: .definition)
  static let validation = PublishedFigure.exact("pairs to validate", "129", source: .definition)
  static let sourceVocabulary = PublishedFigure.exact(
    "tokens of English", "194", source: .definition)
  static let targetVocabulary = PublishedFigure.exact(
    "tokens of French", "214", source: .definition)

  /// The indices of marks and reserved tokens.
  static let sourceIndices = indices("English", ["!", ",", ".", "<eos>", "<pad>", "<unk>"])
  static let targetIndices = indices(
    "French", ["!", ",", ".", "<bos>", "<eos>", "<pad>", "<unk>"])

  static let unknownTraining = PublishedFigure.claim(
    "share of <unk> in French to train", "rare words are unknown", 0.135...0.145)
  static let unknownValidation = PublishedFigure.claim(
    "share of <unk> in French to validate", "rare words are unknown", 0.095...0.105)
  static let lastBatch = PublishedFigure.exact(
    "pairs of the last validation batch", "1", source: .definition)

  static let all: [any FigureGroup] =
    [pairs, shortest, longestSource, longestTarget, training, validation]
    + [sourceVocabulary, targetVocabulary, unknownTraining, unknownValidation, lastBatch]
    + [sourceBins, targetBins, sourceIndices, targetIndices]

  private static func bins(_ language: String, _ counts: [PrintedNumber]) -> [PublishedFigure] {
    counts.enumerated().map { place, count in
      .exact("\(language) sentences in bin \(place)", count, source: .definition)
    }
  }

  private static func indices(_ language: String, _ tokens: [String]) -> [PublishedFigure] {
    tokens.enumerated().map { place, token in
      .exact("index of \(token) in \(language)", PrintedNumber(integerLiteral: place))
    }
  }
}
