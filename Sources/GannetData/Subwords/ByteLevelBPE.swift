import Foundation
import GannetTensor

/// GPT-2's tokenizer: byte-pair encoding of the bytes of a text, so that no text has an unknown token
/// (Radford et al., 2019).
///
///     let encoding = try ByteLevelBPE(
///       vocabulary: folder.appending(path: "vocab.json"),
///       merges: folder.appending(path: "merges.txt"))
///     let indices = encoding.indices(of: "Gannets dive.")
///     encoding.text(of: indices)  // "Gannets dive."
///
/// In tokens, printable characters stand for the bytes; Ġ is a space.
public struct ByteLevelBPE: Sendable {
  /// The tokens in the order of their indices.
  public let tokens: [String]
  /// The merges in the order in which they are applied.
  public let merges: [PairMerge]
  /// The tokens that are found in a text by their names, and never made by merges.
  public let specialTokens: [String]

  private let indices: [ExactKey<String>: Int]
  /// The tokens of single bytes.
  private let byteIndices: [Int32]
  private let pairs: PairMerges
  private let special: SpecialTokens

  /// The end of a text, GPT-2's one special token.
  public static let endOfText = "<|endoftext|>"

  /// Reads GPT-2's files.
  ///
  /// - Parameters:
  ///   - vocabulary: `vocab.json`, an object of the tokens' indices.
  ///   - merges: `merges.txt`, the merges in order.
  ///   - specialTokens: Tokens that are found by their names; those that the vocabulary lacks are
  ///     left out. `<|endoftext|>` by default.
  /// - Throws: `FileError`, if a file is missing or damaged, the indices are not those from 0 on, or
  ///   the vocabulary lacks a byte or what merges need.
  public init(
    vocabulary: URL, merges: URL, specialTokens: [String] = [endOfText]
  ) throws {
    let tokens = try ByteLevelFiles.tokens(from: vocabulary)
    let file = try PairMerge.read(from: merges)
    let places = Dictionary(
      uniqueKeysWithValues: zip(tokens.lazy.map(ExactKey.init), tokens.indices))
    let known = specialTokens.filter { places[ExactKey($0)] != nil }
    if let fault = Self.fault(places, file.merges) {
      let isMerge = fault.merge != nil
      throw FileError(
        .corrupt, path: isMerge ? file.path : vocabulary.readablePath,
        line: fault.merge.map { $0 + 2 }, fault.problem,
        advice: "Take both files from the same model.")
    }
    self.init(sound: tokens, places, file.merges, known)
  }

  /// Makes an encoding of tokens in the order of their indices.
  ///
  /// Stops unless the tokens are distinct and among them are all bytes, the special tokens, and what
  /// the merges join and make.
  public init(tokens: [String], merges: [PairMerge], specialTokens: [String] = [endOfText]) {
    if let token = tokens.firstRepeated { fail("ByteLevelBPE: the token \(token) comes twice") }
    let places = Dictionary(
      uniqueKeysWithValues: zip(tokens.lazy.map(ExactKey.init), tokens.indices))
    if let fault = Self.fault(places, merges) { fail("ByteLevelBPE: \(fault.problem)") }
    for token in specialTokens where places[ExactKey(token)] == nil || token.isEmpty {
      fail("ByteLevelBPE: the special token \(token) is missing")
    }
    self.init(sound: tokens, places, merges, specialTokens)
  }

  /// Learns an encoding from a text. The indices are those of the special tokens, of the bytes by
  /// their characters' code points, and of what merges make.
  ///
  /// The most frequent pair is merged; of equally frequent ones, that of the least indices, as in the
  /// package tokenizers.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - vocabularySize: The number of tokens at most.
  ///   - minimumFrequency: The number of occurrences below which no pair is merged; 2 by default.
  ///   - specialTokens: Tokens without a merge; `<|endoftext|>` by default.
  public init(
    training text: String, vocabularySize: Int, minimumFrequency: Int = 2,
    specialTokens: [String] = [endOfText]
  ) {
    var learner = PairLearner(ties: .firstNumbers)
    for token in specialTokens { _ = learner.number(of: token) }
    for character in ByteAlphabet.characters.sorted() { _ = learner.number(of: String(character)) }
    let byteCount = learner.texts.count
    for (piece, count) in TextPieces(text).counted() {
      let symbols = piece.utf8.map { String(ByteAlphabet.characters[Int($0)]) }
      learner.add(symbols.map { learner.number(of: $0) }, count: count)
    }
    let learned = learner.learn(
      atMost: max(0, vocabularySize - byteCount), minimumFrequency: minimumFrequency)
    self.init(
      tokens: learner.texts,
      merges: learned.map {
        PairMerge(learner.texts[Int($0.first)], learner.texts[Int($0.second)])
      }, specialTokens: specialTokens)
  }

  private init(
    sound tokens: [String], _ places: [ExactKey<String>: Int], _ merges: [PairMerge],
    _ specialTokens: [String]
  ) {
    self.tokens = tokens
    self.merges = merges
    self.specialTokens = specialTokens
    indices = places
    func index(_ token: String) -> Int32 { Int32(places[ExactKey(token)]!) }
    byteIndices = ByteAlphabet.characters.map { index(String($0)) }
    var pairs = PairMerges()
    for merge in merges {
      let pair = SymbolPair(first: index(merge.first), second: index(merge.second))
      pairs.append(pair, into: index(merge.first + merge.second))
    }
    self.pairs = pairs
    special = SpecialTokens(specialTokens.map { (name: $0, index: Int(index($0))) })
  }

  /// The first fault, and where it is one of a merge, that merge's place.
  private static func fault(
    _ places: [ExactKey<String>: Int], _ merges: [PairMerge]
  ) -> (merge: Int?, problem: String)? {
    for (byte, character) in ByteAlphabet.characters.enumerated()
    where places[ExactKey(String(character))] == nil {
      return (nil, "the token \(character) of the byte \(byte) is missing")
    }
    for (place, merge) in merges.enumerated() {
      for token in [merge.first, merge.second, merge.first + merge.second]
      where places[ExactKey(token)] == nil {
        return (place, "the token \(token) of a merge is not in the vocabulary")
      }
    }
    return nil
  }

  /// The number of tokens.
  public var count: Int { tokens.count }

  /// The index of a token; nil for an unknown one.
  public subscript(token: String) -> Int? { indices[ExactKey(token)] }

  /// The tokens of a text, in order.
  public func callAsFunction(_ text: String) -> [String] { indices(of: text).map { tokens[$0] } }

  /// The token indices of a text.
  public func indices(of text: String) -> [Int] {
    var known: [ExactKey<String>: [Int32]] = [:]
    return special.parts(of: text).flatMap { part -> [Int] in
      switch part {
      case .token(let index): return [index]
      case .text(let text):
        return TextPieces(text).flatMap { piece -> [Int] in
          let key = ExactKey(piece)
          let merged = known[key] ?? pairs.apply(to: piece.utf8.map { byteIndices[Int($0)] })
          known[key] = merged
          return merged.map { Int($0) }
        }
      }
    }
  }

  /// The text of token indices. Bytes that are not UTF-8, such as those of a character whose end was
  /// cut off, become U+FFFD. Stops where an index has no token.
  public func text(of indices: some Sequence<Int>) -> String {
    let bytes = indices.flatMap { index -> [UInt8] in
      guard tokens.indices.contains(index) else {
        fail("ByteLevelBPE: \(index) is not in 0..<\(count)")
      }
      let token = tokens[index]
      if specialTokens.contains(where: token.isExactly) { return Array(token.utf8) }
      return ByteAlphabet.bytes(of: token) ?? Array(token.utf8)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Writes GPT-2's files.
  ///
  /// - Throws: `FileError`, if a file cannot be written.
  public func write(vocabulary: URL, merges: URL) throws {
    try ByteLevelFiles.write(tokens, to: vocabulary)
    try PairMerge.write(self.merges, to: merges)
  }
}
