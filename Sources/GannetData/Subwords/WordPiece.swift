import Foundation
import GannetTensor

/// BERT's tokenizer: words, cut into the longest known pieces from left to right (Wu et al., 2016;
/// Devlin et al., 2019).
///
///     let wordPiece = try WordPiece(contentsOf: folder.appending(path: "vocab.txt"))
///     wordPiece("Gannets dive!")  // ["gan", "##nets", "dive", "!"]
///     let batch = wordPiece.batch(of: ["Gannets dive!", "The sea."])
///     let states = model(batch.indices, validLengths: batch.lengths)
///
///     let pairs = wordPiece.batch(ofPairs: [("What dives?", "Gannets dive.")])
///     let both = model(pairs.indices, validLengths: pairs.lengths, types: pairs.types)
///
/// Before, control characters are removed, punctuation marks and Chinese characters become words of
/// their own, and, in a model without case, letters lower case and lose their accents. A word with
/// a part that is not known is `[UNK]`, also one of more than 100 characters. Names of special
/// tokens in a text, such as `[MASK]`, are these tokens.
public struct WordPiece: Sendable {
  /// The tokens in the order of their indices. Those that continue a word begin with `##`.
  public let tokens: [String]
  /// Whether letters become lower case and lose their accents.
  public let lowercases: Bool

  /// The index of `[PAD]`, which fills rows of a batch.
  public let paddingIndex: Int
  /// The index of `[UNK]`, for all unknown words.
  public let unknownIndex: Int
  /// The index of `[CLS]`, before the tokens of a text.
  public let startIndex: Int
  /// The index of `[SEP]`, behind the tokens of each text.
  public let separatorIndex: Int
  /// The index of `[MASK]`, for hidden words.
  public let maskIndex: Int

  private let words: BasicTokenization
  private let trie: TokenTrie
  private let specialTokens: SpecialTokens

  private static let special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
  private static let maximumWordLength = 100
  /// The groups of tokens in the trie.
  private static let (beginning, continuation) = (0, 1)

  /// Reads a vocabulary from a file, `vocab.txt`, with a token in each line.
  ///
  /// - Parameters:
  ///   - url: The file.
  ///   - lowercases: Whether the model is one without case; true by default.
  /// - Throws: `FileError`, if the file is missing, not UTF-8, has an empty line or a token twice,
  ///   or lacks a special token.
  public init(contentsOf url: URL, lowercases: Bool = true) throws {
    let lines = try TextLines(contentsOf: url)
    if let fault = Self.fault(lines.lines) {
      throw FileError(
        .corrupt, path: lines.path, line: fault.index.map { $0 + 1 }, fault.problem,
        advice: "Check that it is the vocabulary of a BERT model, with a token in each line.")
    }
    self.init(sound: lines.lines, lowercases: lowercases)
  }

  /// Makes a tokenizer of tokens in the order of their indices.
  ///
  /// Stops unless they are distinct and `[PAD]`, `[UNK]`, `[CLS]`, `[SEP]` and `[MASK]` are among
  /// them.
  public init(tokens: [String], lowercases: Bool = true) {
    if let fault = Self.fault(tokens) { fail("WordPiece: \(fault.problem)") }
    self.init(sound: tokens, lowercases: lowercases)
  }

  private init(sound tokens: [String], lowercases: Bool) {
    self.tokens = tokens
    self.lowercases = lowercases
    words = BasicTokenization(lowercases: lowercases)
    let indices = Self.special.map { tokens.firstIndex(of: $0)! }
    (paddingIndex, unknownIndex, startIndex) = (indices[0], indices[1], indices[2])
    (separatorIndex, maskIndex) = (indices[3], indices[4])
    var trie = TokenTrie(groups: 2)
    for (index, token) in tokens.enumerated() {
      let bytes = Array(token.utf8)
      trie.add(bytes, index: index, to: Self.beginning)
      if bytes.count > 2, bytes.starts(with: "##".utf8) {
        trie.add(bytes.dropFirst(2), index: index, to: Self.continuation)
      }
    }
    specialTokens = SpecialTokens(zip(Self.special, indices).map { (name: $0, index: $1) })
    self.trie = trie
  }

  /// The first fault of a vocabulary and, where it is one of a token, that token's index.
  private static func fault(_ tokens: [String]) -> (index: Int?, problem: String)? {
    var places: [ExactKey<String>: Int] = [:]
    for (index, token) in tokens.enumerated() {
      guard !token.isEmpty else { return (index, "it is empty, where a token was expected") }
      if let other = places.updateValue(index, forKey: ExactKey(token)) {
        return (index, "the token \(token) is already that of index \(other)")
      }
    }
    let missing = special.first { places[ExactKey($0)] == nil }
    return missing.map { (nil, "the token \($0) is missing") }
  }

  /// The number of tokens.
  public var count: Int { tokens.count }

  /// The tokens of a text, in order, without `[CLS]` and `[SEP]`.
  public func callAsFunction(_ text: String) -> [String] { pieces(of: text).map { tokens[$0] } }

  /// The token indices of a text between those of `[CLS]` and `[SEP]`.
  ///
  /// - Parameters:
  ///   - text: The text, which may be empty.
  ///   - maximumLength: The number of tokens, `[CLS]` and `[SEP]` among them, beyond which a text is
  ///     cut; at least 2, 512 by default, the positions of BERT.
  public func indices(of text: String, maximumLength: Int = 512) -> [Int] {
    guard maximumLength >= 2 else { fail("WordPiece: a maximum length of \(maximumLength)") }
    return [startIndex] + pieces(of: text).prefix(maximumLength - 2) + [separatorIndex]
  }

  /// The token indices of two texts, such as a question and its answer: those of the first between
  /// `[CLS]` and `[SEP]`, then those of the second and another `[SEP]`.
  ///
  /// - Parameters:
  ///   - first: The first text, which may be empty, as the second may.
  ///   - second: The second text.
  ///   - maximumLength: The number of tokens, the three special ones among them, beyond which the
  ///     longer text is cut to the length of the other and then both; at least 3, 512 by default.
  ///     An odd token is left to the text that was the longer, and to the second of equal ones, as in
  ///     Hugging Face's tokenizers.
  /// - Returns: The indices, and of each its type: 0 up to the first `[SEP]`, 1 behind it.
  public func indices(
    of first: String, and second: String, maximumLength: Int = 512
  ) -> (indices: [Int], types: [Int]) {
    guard maximumLength >= 3 else {
      fail("WordPiece: a maximum length of \(maximumLength) for two texts")
    }
    let (a, b) = (pieces(of: first), pieces(of: second))
    let (kept, keptOfSecond) = Self.longestFirst(a.count, b.count, total: maximumLength - 3)
    let start = [startIndex] + a.prefix(kept) + [separatorIndex]
    let end = b.prefix(keptOfSecond) + [separatorIndex]
    return (
      start + end,
      Array(repeating: 0, count: start.count) + Array(repeating: 1, count: end.count)
    )
  }

  /// The lengths to which texts of `a` and `b` tokens are cut so that they have at most `total`.
  private static func longestFirst(_ a: Int, _ b: Int, total: Int) -> (Int, Int) {
    guard a + b > total else { return (a, b) }
    let shorter = min(a, b, total / 2)
    return a > b ? (total - shorter, shorter) : (shorter, total - shorter)
  }

  /// The token indices of texts, at least one, as rows of a batch; see
  /// ``indices(of:maximumLength:)``.
  public func batch(of texts: [String], maximumLength: Int = 512) -> TokenBatch {
    TokenBatch(
      texts.map { indices(of: $0, maximumLength: maximumLength) }, padding: paddingIndex)
  }

  /// The token indices of pairs of texts, at least one, as rows of a batch with their types; see
  /// ``indices(of:and:maximumLength:)``.
  public func batch(ofPairs pairs: [(String, String)], maximumLength: Int = 512) -> TokenBatch {
    let rows = pairs.map { indices(of: $0, and: $1, maximumLength: maximumLength) }
    return TokenBatch(rows.map(\.indices), types: rows.map(\.types), padding: paddingIndex)
  }

  /// The token at an index; stops where there is none.
  public func token(_ index: Int) -> String {
    guard tokens.indices.contains(index) else { fail("WordPiece: \(index) is not in 0..<\(count)") }
    return tokens[index]
  }

  private func pieces(of text: String) -> [Int] {
    var pieces: [Int] = []
    for part in specialTokens.parts(of: text) {
      switch part {
      case .text(let text): appendWords(of: text, to: &pieces)
      case .token(let index): pieces.append(index)
      }
    }
    return pieces
  }

  /// The words of a text before they are cut into pieces.
  package func words(of text: String) -> [String] {
    var result: [String] = []
    words.forEachWord(of: text) { word, _ in result.append(String(decoding: word, as: UTF8.self)) }
    return result
  }

  private func appendWords(of text: String, to pieces: inout [Int]) {
    words.forEachWord(of: text) { word, scalarCount in
      let start = pieces.count
      var position = 0
      while position < word.count, scalarCount <= Self.maximumWordLength,
        let next = trie.longest(
          in: word, from: position, group: position == 0 ? Self.beginning : Self.continuation)
      {
        pieces.append(Int(next.index))
        position = next.end
      }
      if position < word.count {
        pieces.removeSubrange(start...)
        pieces.append(unknownIndex)
      }
    }
  }
}
