import Foundation
import GannetData
import TestSupport
import Testing

struct BytePairEncodingTests {
  private static func merges(of name: String, in fixture: Fixture) throws -> [PairMerge] {
    let pairs: [[String]] = try #require(fixture.setting("merges", of: name))
    return pairs.map { PairMerge($0[0], $0[1]) }
  }

  /// The merges and tokens of subword-nmt.
  @Test func mergesAndTokensAreThoseOfTheAuthors() throws {
    let fixture = try Fixture("subwords")
    let text: String = try #require(fixture.setting("training", of: "byte_pairs"))
    let words = Tokenizer.words(text).counted()
    let encoding = BytePairEncoding(training: words, mergeCount: 400)
    let merges = try Self.merges(of: "byte_pairs", in: fixture)
    #expect(encoding.merges == merges && merges.count > 100)
    #expect(BytePairEncoding(training: words, mergeCount: 20).merges == Array(merges.prefix(20)))

    let texts: [String] = try #require(fixture.setting("texts", of: "byte_pairs"))
    let tokens: [[String]] = try #require(fixture.setting("tokens", of: "byte_pairs"))
    #expect(texts.count == 300)
    for (text, wanted) in zip(texts, tokens) {
      let found = encoding(text)
      #expect(
        found.elementsEqual(wanted) { $0.utf8.elementsEqual($1.utf8) }, "\(text.debugDescription)")
      #expect(BytePairEncoding.text(of: found).utf8.elementsEqual(text.utf8))
    }
  }

  /// The algorithm as the paper prints it, on words in which pairs overlap and are equally frequent.
  @Test func overlappingPairsAreCountedAnew() throws {
    let fixture = try Fixture("subwords")
    let described: [[Any]] = try #require(fixture.setting("words", of: "repeated_pairs"))
    let words = described.map { ($0[0] as! String, ($0[1] as! NSNumber).intValue) }
    let counts = words.flatMap { Array(repeating: $0, count: $1) }.counted()
    let encoding = BytePairEncoding(training: counts, mergeCount: 60)
    #expect(try encoding.merges == Self.merges(of: "repeated_pairs", in: fixture))
    let tokens: [[String]] = try #require(fixture.setting("tokens", of: "repeated_pairs"))
    for (word, wanted) in zip(words, tokens) {
      let found = encoding(word.0).joined(separator: " ").replacingOccurrences(of: "@@", with: "")
      #expect(found + "</w>" == wanted.joined(separator: " "))
    }
  }

  /// By hand: e r</w> nine times, l o seven, then w er</w>, the last of three pairs that come six
  /// times.
  @Test func theMostFrequentPairsAreMerged() {
    let words: Counts = ["low": 5, "lowest": 2, "newer": 6, "wider": 3]
    let encoding = BytePairEncoding(training: words, mergeCount: 4)
    #expect(encoding.merges.first == PairMerge("e", "r</w>"))
    #expect(encoding("lower") == ["lo@@", "wer"])
    #expect(encoding("") == [] && encoding("q") == ["q"])
    #expect(BytePairEncoding(merges: [])("ab c") == ["a@@", "b", "c"])
    #expect(BytePairEncoding(training: words, mergeCount: 0).merges == [])
    let frequent = BytePairEncoding(training: words, mergeCount: 40, minimumFrequency: 6)
    #expect(frequent.merges.count < 6 && frequent.merges.count > 2)
  }

  /// A word of 100,000 characters takes no time out of proportion.
  @Test func longWordsAreCut() {
    let encoding = BytePairEncoding(merges: [PairMerge("a", "a"), PairMerge("aa", "aa")])
    let tokens = encoding(String(repeating: "a", count: 100_001))
    #expect(tokens.count == 25_001 && tokens.first == "aaaa@@" && tokens.last == "a")
  }

  @Test func mergesAreReadAsWritten() throws {
    let folder = try TemporaryFolder()
    let url = folder.file("codes")
    let encoding = BytePairEncoding(training: ["lower": 3, "é\u{301}e": 2], mergeCount: 20)
    try encoding.write(to: url)
    #expect(try BytePairEncoding(contentsOf: url).merges == encoding.merges)
    #expect(try String(contentsOf: url, encoding: .utf8).hasPrefix("#version: 0.2\nw e\n"))

    func read(_ text: String) throws {
      _ = try BytePairEncoding(contentsOf: folder.write(Array(text.utf8), "codes"))
    }
    expectFileError(.unsupported, url, "line 1: it does not read #version: 0.2") {
      try read("a b\n")
    }
    for line in ["a", "a b c", "a  b", "", " a"] {
      expectFileError(.corrupt, url, "line 3: \"\(line)\" is not two symbols") {
        try read("#version: 0.2\na b\n\(line)\nb c\n")
      }
    }
  }
}
