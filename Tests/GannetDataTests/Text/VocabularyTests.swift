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

  @Test func numbersFollowTheCodePoints() {
    let vocabulary = Vocabulary(Tokenizer.characters("b a é"), reserved: ["<pad>"])
    #expect(vocabulary.tokens == [" ", "<pad>", "<unk>", "a", "b", "é"])
    #expect(vocabulary["b"] == 4 && vocabulary["z"] == 2 && vocabulary.unknownNumber == 2)
    #expect(vocabulary.tokens(of: vocabulary.numbers(of: ["é", "?"])) == ["é", "<unk>"])
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
