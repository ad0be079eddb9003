import Foundation
import GannetData
import GannetTensor
import TestSupport
import Testing

struct WordPieceTests {
  private static let tokens = [
    "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "gan", "##net", "##s", "dive", "!", "e", "##e",
    "鸟",
  ]

  /// 300 hard texts as transformers' BertTokenizer cuts them.
  @Test(arguments: ["wordpiece", "wordpiece_cased"])
  func textsAreCutAsBERTs(name: String) throws {
    let fixture = try Fixture("subwords")
    let wordPiece = WordPiece(
      tokens: try #require(fixture.setting("vocabulary", of: name)),
      lowercases: name == "wordpiece")
    let texts: [String] = try #require(fixture.setting("texts", of: name))
    let indices: [[Int]] = try #require(fixture.setting("indices", of: name))
    let truncated: [[Int]] = try #require(fixture.setting("truncated", of: name))
    #expect(texts.count == 300)
    for (text, (wanted, cut)) in zip(texts, zip(indices, truncated)) {
      #expect(
        wordPiece.indices(of: text, maximumLength: 10_000) == wanted, "\(text.debugDescription)")
      #expect(wordPiece.indices(of: text, maximumLength: 7) == cut, "\(text.debugDescription)")
      #expect(wordPiece(text) == wanted.dropFirst().dropLast().map(wordPiece.token))
    }
  }

  /// The texts in pairs, cut to several lengths, as by transformers' BertTokenizer.
  @Test(arguments: ["wordpiece", "wordpiece_cased"])
  func pairsAreCutAsBERTs(name: String) throws {
    let fixture = try Fixture("subwords")
    let wordPiece = WordPiece(
      tokens: try #require(fixture.setting("vocabulary", of: name)),
      lowercases: name == "wordpiece")
    let texts: [String] = try #require(fixture.setting("texts", of: name))
    let indices: [String: [[Int]]] = try #require(fixture.setting("pairs", of: name))
    let types: [String: [[Int]]] = try #require(fixture.setting("pairTypes", of: name))
    let seconds = texts[41...] + texts[..<41]
    #expect(indices.count == 6)
    for (length, rows) in indices {
      let maximum = try #require(Int(length))
      let wantedTypes = try #require(types[length])
      #expect(rows.count == 300)
      for ((first, second), (wanted, type)) in zip(zip(texts, seconds), zip(rows, wantedTypes)) {
        let pair = wordPiece.indices(of: first, and: second, maximumLength: maximum)
        #expect(
          pair.indices == wanted && pair.types == type,
          "\(first.debugDescription), \(second.debugDescription), \(maximum)")
      }
    }
  }

  @Test func theLongerOfTwoTextsIsCutFirst() {
    let wordPiece = WordPiece(tokens: Self.tokens)
    func counts(_ a: Int, _ b: Int, _ maximum: Int) -> [Int] {
      let (_, types) = wordPiece.indices(
        of: String(repeating: "gan ", count: a), and: String(repeating: "dive ", count: b),
        maximumLength: maximum)
      // Without the special tokens.
      return [types.count { $0 == 0 } - 2, types.count { $0 == 1 } - 1]
    }
    #expect(counts(3, 4, 10) == [3, 4] && counts(3, 4, 9) == [3, 3])
    #expect(counts(9, 2, 10) == [5, 2] && counts(2, 9, 10) == [2, 5])
    #expect(counts(9, 8, 10) == [4, 3] && counts(8, 8, 10) == [3, 4])
    #expect(counts(300, 300, 512).reduce(0, +) == 509 && counts(2, 2, 3) == [0, 0])
  }

  @Test func piecesAreTheLongestKnown() {
    let wordPiece = WordPiece(tokens: Self.tokens)
    #expect(wordPiece("Gannets dive!\0") == ["gan", "##net", "##s", "dive", "!"])
    #expect(wordPiece("gannetx x É鸟e[MASK]") == ["[UNK]", "[UNK]", "e", "鸟", "e", "[MASK]"])
    #expect(WordPiece(tokens: Self.tokens, lowercases: false)("Dive dive") == ["[UNK]", "dive"])
    let longest = String(repeating: "e", count: 100)
    #expect(wordPiece(longest).count == 100 && wordPiece(longest + "e") == ["[UNK]"])
    #expect(wordPiece("") == [] && wordPiece.indices(of: "") == [2, 3])
    let long = wordPiece.indices(of: String(repeating: "dive ", count: 600))
    #expect(long.count == 512 && long.first == 2 && long.last == 3)
  }

  @Test func textsBecomePaddedRows() {
    let batch = WordPiece(tokens: Self.tokens).batch(of: ["gan dive", "", "dive"])
    #expect(batch.indices == IntTensor([2, 5, 8, 3, 2, 3, 0, 0, 2, 8, 3, 0], shape: [3, 4]))
    #expect(batch.lengths == [4, 2, 3] && batch.count == 3)
    #expect(batch.mask.scalars == [1, 1, 1, 1, 1, 1, 0, 0, 1, 1, 1, 0])
    #expect(batch.mask.shape == [3, 4] && batch.types == nil)
  }

  @Test func pairsBecomePaddedRowsWithTypes() {
    let batch = WordPiece(tokens: Self.tokens).batch(
      ofPairs: [("gan dive", "dive"), ("", "gan"), ("gan", "")])
    #expect(
      batch.indices
        == IntTensor(
          [2, 5, 8, 3, 8, 3, 2, 3, 5, 3, 0, 0, 2, 5, 3, 3, 0, 0], shape: [3, 6]))
    #expect(
      batch.types
        == IntTensor([0, 0, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 1, 0, 0], shape: [3, 6]))
    #expect(batch.lengths == [6, 4, 4] && batch.mask.sum().scalar == 14)
  }

  @Test func vocabulariesAreReadFromFiles() throws {
    let folder = try TemporaryFolder()
    func read(_ text: String) throws -> WordPiece {
      try WordPiece(contentsOf: folder.write(Array(text.utf8), "vocab.txt"))
    }
    let sound = Self.tokens.joined(separator: "\n")
    for text in [sound, sound + "\n", sound.replacingOccurrences(of: "\n", with: "\r\n")] {
      #expect(try read(text).tokens == Self.tokens)
    }
    let url = folder.file("vocab.txt")
    expectFileError(.corrupt, url, "line 2: it is empty, where a token was expected") {
      _ = try read("[PAD]\n\n[UNK]")
    }
    expectFileError(.corrupt, url, "line 14: the token dive is already that of index 8") {
      _ = try read(sound + "\ndive\n")
    }
    expectFileError(.corrupt, url, "the token [CLS] is missing", "vocabulary of a BERT model") {
      _ = try read("[PAD]\n[UNK]")
    }
    expectFileError(.unsupported, url, "line 2: the bytes are not UTF-8") {
      _ = try WordPiece(contentsOf: folder.write([0x61, 0x0a, 0xff, 0x0a], "vocab.txt"))
    }
    expectFileError(.missing, folder.file("absent"), "Check the path") {
      _ = try WordPiece(contentsOf: folder.file("absent"))
    }
  }

  @Test func mistakesAreNamed() async {
    let missing = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = WordPiece(tokens: ["[PAD]", "a"])
    }
    expectMessage(missing, "WordPiece: the token [UNK] is missing")
    let short = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = WordPiece(tokens: WordPieceTests.tokens).indices(of: "", maximumLength: 1)
    }
    expectMessage(short, "WordPiece: a maximum length of 1")
    let pair = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = WordPiece(tokens: WordPieceTests.tokens).indices(of: "", and: "", maximumLength: 2)
    }
    expectMessage(pair, "WordPiece: a maximum length of 2 for two texts")
    let types = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = TokenBatch([[1, 2], [3]], types: [[0, 1], [0, 1]], padding: 0)
    }
    expectMessage(types, "TokenBatch: [2, 2] types for [2, 1] tokens")
    let index = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = WordPiece(tokens: WordPieceTests.tokens).token(13)
    }
    expectMessage(index, "WordPiece: 13 is not in 0..<13")
    let empty = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = WordPiece(tokens: WordPieceTests.tokens).batch(of: [])
    }
    expectMessage(empty, "TokenBatch: no tokens")
  }
}
