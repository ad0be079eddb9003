import Foundation
import GannetData
import TestSupport
import Testing

@Suite struct SentencePairsTests {
  @Test func tokensAreTheBooks() {
    let tokens = SentencePairs.translationTokens
    #expect(tokens("I'm home.") == ["i'm", "home", "."])
    #expect(tokens("Cours\u{202f}!") == ["cours", "!"])
    #expect(tokens("Non,\u{a0}ça va ?") == ["non", ",", "ça", "va", "?"])
    // Each mark begins a token, and other white space separates none.
    #expect(tokens("Oh... 3.5 a\u{2009}b") == ["oh", ".", ".", ".", "3", ".5", "a\u{2009}b"])
    #expect(tokens(" \u{a0} ") == [])
  }

  @Test func twoColumnsAreRead() throws {
    let folder = try TemporaryFolder()
    let text = "Go.\tVa !\r\nHi.\tSalut !\nI lost.\tJ'ai perdu.\n"
    let file = try folder.write(text, "pairs.tsv")
    let pairs = try SentencePairs(contentsOf: file)
    #expect(pairs.sources == [["go", "."], ["hi", "."], ["i", "lost", "."]])
    #expect(pairs.targets == [["va", "!"], ["salut", "!"], ["j'ai", "perdu", "."]])
    #expect(try SentencePairs(contentsOf: file, limit: 2) == pairs[0..<2])
    #expect(try SentencePairs(contentsOf: file, limit: 3) == pairs)
    #expect(try SentencePairs(contentsOf: file, limit: 9) == pairs)
    #expect(try SentencePairs(contentsOf: file, limit: 0).count == 0)
    let letters = try SentencePairs(contentsOf: file, limit: 1) { $0.map { String($0) } }
    #expect(letters.sources == [["G", "o", "."]])
    #expect(try SentencePairs(contentsOf: try folder.write("", "empty.tsv")).count == 0)
    let open = try folder.write("a\tb\nc\td", "open.tsv")
    #expect(try SentencePairs(contentsOf: open).targets == [["b"], ["d"]])
  }

  @Test func faultsAreNamedByLine() throws {
    let folder = try TemporaryFolder()
    func fault(_ line: String, _ words: String...) throws {
      let file = try folder.write(Array("a\tb\n".utf8) + Array(line.utf8), "pairs.tsv")
      for word in words {
        expectFileError(.corrupt, file, "line 2", word) { _ = try SentencePairs(contentsOf: file) }
      }
    }
    try fault("no tab\nc\td\n", "1 column", "two columns")
    try fault("c\td\te\n", "3 columns")
    try fault("\nc\td\n", "1 column")
    try fault("\td\n", "the sentence has no tokens")
    try fault("c\t \u{a0}\n", "the translation has no tokens")
    let file = try folder.write(Array("a\tb\nc\td".utf8) + [0xff, 0x0a], "bytes.tsv")
    expectFileError(.corrupt, file, "line 2", "UTF-8") {
      _ = try SentencePairs(contentsOf: file)
    }
    expectFileError(.missing, folder.file("absent.tsv")) {
      _ = try SentencePairs(contentsOf: folder.file("absent.tsv"))
    }
  }

  @Test func heldOutSourcesAreNotAmongTheOthers() {
    let names = ["a", "b", "a", "c", "d", "e", "b", "f"]
    let pairs = SentencePairs(
      sources: names.map { [$0] }, targets: names.indices.map { ["\($0)"] })
    let grouped = pairs.translationsBySource
    #expect(grouped.map(\.source) == ["a", "b", "c", "d", "e", "f"].map { [$0] })
    #expect(grouped[1].targets == [["1"], ["6"]])
    let (known, held) = pairs.split(holdingOut: 2)
    #expect(held.sources == [["b"], ["b"], ["d"], ["f"]])
    #expect(held.targets == [["1"], ["6"], ["4"], ["7"]])
    #expect(known.sources == [["a"], ["a"], ["c"], ["e"]])
  }

  @Test func numbersAreSpelledInBothLanguages() {
    let pairs = EnglishFrench.numberWords(10_000)
    #expect(pairs.count == 10_000 && Set(pairs.sources).count == 10_000)
    #expect(Set(pairs.targets).count == 10_000)
    let french = Dictionary(
      uniqueKeysWithValues: zip(pairs.sources, pairs.targets).map { source, target in
        (source.joined(separator: " "), target.joined(separator: " "))
      })
    for (source, target) in [
      ("zero .", "zéro ."), ("sixteen .", "seize ."), ("seventeen .", "dix sept ."),
      ("twenty .", "vingt ."), ("twenty one .", "vingt et un ."),
      ("seventy .", "soixante dix ."), ("seventy one .", "soixante et onze ."),
      ("eighty one .", "quatre vingt un ."), ("ninety nine .", "quatre vingt dix neuf ."),
      ("one hundred .", "cent ."), ("two hundred five .", "deux cent cinq ."),
      ("one thousand one hundred ten .", "mille cent dix ."),
      (
        "nine thousand nine hundred ninety one .",
        "neuf mille neuf cent quatre vingt onze ."
      ),
    ] { #expect(french[source] == target) }
    #expect(EnglishFrench.numberWords(641) == pairs[0..<641])
  }

  /// Without the file and the network: an error, or number words if allowed.
  @Test func missingPairsAreReplacedOnRequestAlone() async {
    await #expect(processExitsWith: .success) {
      let folder = try TemporaryFolder()
      for (name, value) in [
        ("GANNET_DATA", folder.url.path), ("XDG_CACHE_HOME", folder.url.path),
        ("https_proxy", "http://127.0.0.1:9"),
      ] { setenv(name, value, 1) }
      expectFileError(.missing, URL(fileURLWithPath: "fra-eng.zip"), "the download failed") {
        _ = try EnglishFrench()
      }
      let other = try EnglishFrench(limit: 20, allowsSubstitute: true)
      #expect(other.fallback?.contains("numbers in words") == true)
      #expect(other.pairs == EnglishFrench.numberWords(20))
      _ = try folder.write("PK", "fra-eng.zip")
      expectFileError(.corrupt, folder.file("fra-eng.zip"), "sha1") {
        _ = try EnglishFrench(allowsSubstitute: true)
      }
    }
  }
}
