import Foundation
import GannetTensor

/// Byte-pair encoding of words (Sennrich, Haddow and Birch, 2016): frequent sequences of characters
/// become subwords.
///
///     let encoding = BytePairEncoding(
///       training: Tokenizer.words(text).counted(), mergeCount: 10_000)
///     let tokens = encoding("lower tides")                      // ["low@@", "er", "ti@@", "des"]
///     let vocabulary = Vocabulary(encoding(text), minimumFrequency: 2)
///     BytePairEncoding.text(of: tokens)                         // "lower tides"
///
/// Merges, tokens and files are those of the authors' package subword-nmt, version 0.2. Characters
/// are Unicode scalars; the last of a word is another symbol than the same one elsewhere.
public struct BytePairEncoding: Sendable {
  /// The merges in the order in which they were learned and are applied.
  public let merges: [PairMerge]

  /// Behind a token that the word goes on after.
  private static let continuation = "@@"
  /// At the end of the last symbol of a word.
  private static let wordEnd = "</w>"

  private let numbers: [ExactKey<String>: Int32]
  private let texts: [String]
  private let pairs: PairMerges

  /// Learns merges from words.
  ///
  /// The most frequent pair of symbols is merged; of equally frequent ones, that which comes last
  /// by code points.
  ///
  /// - Parameters:
  ///   - words: The words with their numbers of occurrences.
  ///   - mergeCount: The number of merges at most.
  ///   - minimumFrequency: The number of occurrences below which no pair is merged; 2 by default.
  public init(training words: Counts<String>, mergeCount: Int, minimumFrequency: Int = 2) {
    var learner = PairLearner(ties: .lastTexts)
    for (word, count) in words {
      learner.add(Self.symbols(of: word).map { learner.number(of: $0) }, count: count)
    }
    let learned = learner.learn(atMost: mergeCount, minimumFrequency: minimumFrequency)
    self.init(
      merges: learned.map {
        PairMerge(learner.texts[Int($0.first)], learner.texts[Int($0.second)])
      })
  }

  /// Makes an encoding of known merges.
  public init(merges: [PairMerge]) {
    self.merges = merges
    var symbols = PairLearner(ties: .lastTexts)
    var pairs = PairMerges()
    for merge in merges {
      let pair = SymbolPair(
        first: symbols.number(of: merge.first), second: symbols.number(of: merge.second))
      pairs.append(pair, into: symbols.number(of: merge.first + merge.second))
    }
    self.pairs = pairs
    texts = symbols.texts
    numbers = Dictionary(
      uniqueKeysWithValues: zip(texts.lazy.map(ExactKey.init), 0..<Int32(texts.count)))
  }

  /// Reads the merges from a file, as subword-nmt writes it.
  ///
  /// - Throws: `FileError`, if the file is missing, not UTF-8, of another version, or a line does not
  ///   have two symbols.
  public init(contentsOf url: URL) throws {
    self.init(merges: try PairMerge.read(from: url).merges)
  }

  /// Writes the merges to a file.
  ///
  /// - Throws: `FileError`, if the file cannot be written.
  public func write(to url: URL) throws { try PairMerge.write(merges, to: url) }

  private static func symbols(of word: String) -> [String] {
    var symbols = word.unicodeScalars.map { String($0) }
    if let last = symbols.popLast() { symbols.append(last + wordEnd) }
    return symbols
  }

  /// The tokens of a text's words, which white space separates. Tokens that do not end a word have
  /// `@@` behind them.
  public func callAsFunction(_ text: String) -> [String] {
    var known: [ExactKey<String>: [String]] = [:]
    return Tokenizer.words(text).flatMap { word in
      if let tokens = known[ExactKey(word)] { return tokens }
      let tokens = tokens(of: word)
      known[ExactKey(word)] = tokens
      return tokens
    }
  }

  private func tokens(of word: String) -> [String] {
    let symbols = Self.symbols(of: word)
    // Symbols that occur in no merge are numbered by their place, below 0.
    let merged = pairs.apply(
      to: symbols.enumerated().map { numbers[ExactKey($1)] ?? Int32(-1 - $0) })
    return merged.enumerated().map { index, number in
      let text = number >= 0 ? texts[Int(number)] : symbols[Int(-1 - number)]
      guard index == merged.count - 1 else { return text + Self.continuation }
      return String(text.unicodeScalars.dropLast(Self.wordEnd.count))
    }
  }

  /// The words of tokens, with spaces between them.
  public static func text(of tokens: some Sequence<String>) -> String {
    var text = ""
    var wordGoesOn = true
    for token in tokens {
      if !wordGoesOn { text += " " }
      wordGoesOn = token.hasSuffix(continuation)
      text += wordGoesOn ? String(token.dropLast(continuation.count)) : token
    }
    return text
  }
}
