import Foundation
import GannetData
import TestSupport
import Testing

struct ByteLevelBPETests {
  private static func made(_ fixture: Fixture) throws -> ByteLevelBPE {
    let pairs: [[String]] = try #require(fixture.setting("merges", of: "byte_level"))
    return ByteLevelBPE(
      tokens: try #require(fixture.setting("vocabulary", of: "byte_level")),
      merges: pairs.map { PairMerge($0[0], $0[1]) })
  }

  /// 300 hard texts as transformers' GPT2Tokenizer cuts them.
  @Test func textsAreCutAsGPT2s() throws {
    let fixture = try Fixture("subwords")
    let encoding = try Self.made(fixture)
    let texts: [String] = try #require(fixture.setting("texts", of: "byte_level"))
    let indices: [[Int]] = try #require(fixture.setting("indices", of: "byte_level"))
    let decoded: [String] = try #require(fixture.setting("decoded", of: "byte_level"))
    #expect(texts.count == 300)
    for (text, (wanted, cut)) in zip(texts, zip(indices, decoded)) {
      let found = encoding.indices(of: text)
      #expect(found == wanted, "\(text.debugDescription)")
      #expect(encoding.text(of: found).utf8.elementsEqual(text.utf8))
      #expect(encoding.text(of: found.dropLast()).utf8.elementsEqual(cut.utf8))
    }
  }

  /// The vocabulary and merges that the package tokenizers learns.
  @Test func trainingIsThatOfThePackage() throws {
    let fixture = try Fixture("subwords")
    let wanted = try Self.made(fixture)
    let text: String = try #require(fixture.setting("training", of: "byte_level"))
    let trained = ByteLevelBPE(training: text, vocabularySize: 700)
    #expect(trained.merges == wanted.merges && wanted.merges.count > 100)
    #expect(trained.tokens == wanted.tokens)
    let small = ByteLevelBPE(training: text, vocabularySize: 300)
    #expect(small.tokens == Array(wanted.tokens.prefix(300)))
  }

  @Test func bytesAndSpecialTokens() {
    let encoding = ByteLevelBPE(training: "", vocabularySize: 0)
    #expect(encoding.count == 257 && encoding.specialTokens == ["<|endoftext|>"])
    #expect(encoding("a é\n") == ["a", "Ġ", "Ã", "©", "Ċ"])
    #expect(encoding("<|endoftext|>a<|end") == ["<|endoftext|>", "a"] + "<|end".map { String($0) })
    #expect(encoding["a"] == 65 && encoding["ab"] == nil)
    #expect(encoding.text(of: [0, 65]) == "<|endoftext|>a" && encoding.indices(of: "") == [])
  }

  @Test func filesAreReadAsWritten() throws {
    let folder = try TemporaryFolder()
    let (vocabulary, merges) = (folder.file("vocab.json"), folder.file("merges.txt"))
    let encoding = ByteLevelBPE(
      training: "\"low\" \\ \"low\"", vocabularySize: 270, specialTokens: ["<\u{1}\"\\é>"])
    try encoding.write(vocabulary: vocabulary, merges: merges)
    let read = try ByteLevelBPE(
      vocabulary: vocabulary, merges: merges, specialTokens: encoding.specialTokens)
    #expect(read.tokens == encoding.tokens && read.merges == encoding.merges)
    #expect(read.merges.count == 2 && read.specialTokens == encoding.specialTokens)
    let json =
      try JSONSerialization.jsonObject(with: Data(contentsOf: vocabulary)) as? [String: Int]
    #expect(json?.count == encoding.count && json?["Ġ"] == encoding["Ġ"])
    #expect(try ByteLevelBPE(vocabulary: vocabulary, merges: merges).specialTokens == [])
  }

  @Test func damagedFilesAreNamed() throws {
    let folder = try TemporaryFolder()
    let (vocabulary, merges) = (folder.file("vocab.json"), folder.file("merges.txt"))
    try ByteLevelBPE(training: "low low", vocabularySize: 270).write(
      vocabulary: vocabulary, merges: merges)
    let sound = try String(contentsOf: vocabulary, encoding: .utf8)
    func expectError(_ json: String, _ message: String) throws {
      _ = try folder.write(Array(json.utf8), "vocab.json")
      expectFileError(.corrupt, vocabulary, message) {
        _ = try ByteLevelBPE(vocabulary: vocabulary, merges: merges)
      }
    }
    try expectError(
      "{\n\"a\": 0,\n\"b\" 1}", "line 3: the JSON is damaged: \":\" expected at byte 14")
    try expectError("[]", "line 1: the JSON is damaged: \"{\" expected")
    try expectError("{\"a\": 0, \"a\": 1}", "the token a comes twice")
    try expectError("{\"a\": 0, \"b\": 0}", "the index 0 is that of a and of b")
    try expectError("{\"a\": 0, \"b\": 2}", "the index 2 of b is not in 0..<2")
    try expectError("{\"a\": 0, \"b\": 1}", "of the byte 0 is missing")
    _ = try folder.write(Array(sound.utf8), "vocab.json")
    _ = try folder.write(Array("#version: 0.2\nl o\nlo q\n".utf8), "merges.txt")
    expectFileError(.corrupt, merges, "line 3: the token loq of a merge is not in the vocabulary") {
      _ = try ByteLevelBPE(vocabulary: vocabulary, merges: merges)
    }
  }

  @Test func mistakesAreNamed() async {
    let bytes = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = ByteLevelBPE(tokens: ["a"], merges: [])
    }
    expectMessage(bytes, "ByteLevelBPE: the token Ā of the byte 0 is missing")
    let index = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = ByteLevelBPE(training: "", vocabularySize: 0).text(of: [257])
    }
    expectMessage(index, "ByteLevelBPE: 257 is not in 0..<257")
  }
}
