import GannetData
import TestSupport
import Testing

struct VocabularyTests {
  @Test func textsAreCleanedAsTheBooks() {
    #expect(
      "The Time Machine, by H. G. Wells [1898]\n\n\nI".lettersAndSpaces
        == "the time machine by h g wells i")
    #expect("--Über’s".lettersAndSpaces == " ber s")
    #expect("".lettersAndSpaces == "")
  }

  @Test func tokenizers() {
    #expect(Tokenizer.characters("a b") == ["a", " ", "b"])
    #expect(Tokenizer.words("  the time\nmachine ") == ["the", "time", "machine"])
  }

  /// Python's `list(text)` and `text.split()`.
  @Test func charactersAreScalars() {
    #expect(Tokenizer.characters("a\r\nb") == ["a", "\r", "\n", "b"])
    #expect(Tokenizer.characters("e\u{301}é").map(\.unicodeScalars.count) == [1, 1, 1])
    #expect(Tokenizer.characters("👩‍🚀🇫🇷").count == 5)
    #expect(Tokenizer.characters("").isEmpty)
    #expect(
      Tokenizer.words("a\u{1c}b\u{a0}c\u{2028}d \u{301}e\u{200b}f\r\n")
        == ["a", "b", "c", "d", "\u{301}e\u{200b}f"])
    #expect(Tokenizer.words("x e\u{301} y"[...]).count == 3)
  }

  /// Canonically equivalent tokens are not the same: the sign for kelvin and K, two spellings of é.
  @Test func tokensAreComparedByScalars() {
    let kelvin = Vocabulary(tokens: ["<unk>", "K", "\u{212a}"])
    #expect(kelvin.indices(of: ["\u{212a}", "K"]) == [2, 1])
    let accents = Vocabulary(["e\u{301}", "é", "e\u{301}"])
    #expect(accents.count == 3 && accents["é"] == 2 && accents["e\u{301}"] == 1)
    #expect(Vocabulary(["é"])["e\u{301}"] == 0 && !Vocabulary(["é"]).contains("e\u{301}"))
    #expect(Vocabulary(["é"]) != Vocabulary(["e\u{301}"]))
    #expect(Vocabulary(["é", "e\u{301}"], minimumFrequency: 2).count == 1)
    #expect(["é", "e\u{301}"].counted()["é"] == 1)
  }

  @Test func numbersFollowTheCodePoints() {
    let vocabulary = Vocabulary(Tokenizer.characters("b a é"), reserved: ["<pad>"])
    #expect(vocabulary.tokens == [" ", "<pad>", "<unk>", "a", "b", "é"])
    #expect(vocabulary["b"] == 4 && vocabulary["z"] == 2 && vocabulary.unknownIndex == 2)
    #expect(vocabulary.tokens(of: vocabulary.indices(of: ["é", "?"])) == ["é", "<unk>"])
    #expect(Vocabulary(tokens: vocabulary.tokens) == vocabulary)
  }

  @Test func rareTokensAreUnknown() {
    let vocabulary = Vocabulary(["a", "b", "a", "c", "c"], minimumFrequency: 2, reserved: ["d"])
    #expect(vocabulary.tokens == ["<unk>", "a", "c", "d"])
    #expect(!vocabulary.contains("b"))
  }

  @Test func mistakesAreNamed() async {
    let number = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Vocabulary(["a"]).token(2)
    }
    expectMessage(number, "Vocabulary: 2 is not in 0..<2")
    let tokens = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Vocabulary(tokens: ["a", "a", "<unk>"])
    }
    expectMessage(tokens, "Vocabulary: tokens must differ")
  }
}
