import Foundation
import GannetData
import TestSupport
import Testing

@Suite struct BLEUTests {
  /// The scores that the book prints of such translations.
  @Test(arguments: [
    ("va !", "va !", 1), ("il court .", "il est calme .", 0),
    ("il est mouillé .", "il est calme .", 0.658),
    ("je perdu .", "j'ai perdu .", 0.687), ("", "va !", 0),
  ])
  func sentencesOfTheBook(prediction: String, reference: String, score: Double) {
    let own = BLEU.sentence(Tokenizer.words(prediction), reference: Tokenizer.words(reference))
    #expect(abs(own - score) < 5e-4, "\(prediction): \(own)")
  }

  /// exp(1 - 6/5) (4/5)^(1/2) (3/4)^(1/4) (1/3)^(1/8) (0/2)^(1/16), as the book tells of A B C D E F and
  /// A B B C D.
  @Test func ordersAndBrevity() {
    let (prediction, reference) = (["A", "B", "B", "C", "D"], ["A", "B", "C", "D", "E", "F"])
    let expected = exp(-0.2) * pow(0.8, 0.5) * pow(0.75, 0.25) * pow(1.0 / 3, 0.125)
    #expect(abs(BLEU.sentence(prediction, reference: reference, order: 3) - expected) < 1e-12)
    #expect(BLEU.sentence(prediction, reference: reference, order: 4) == 0)
    // Two tokens have no three in a row.
    #expect(BLEU.sentence(["A", "B"], reference: ["A", "B"], order: 4) == 1)
  }

  @Test func corporaScoreAsInSacrebleu() throws {
    let fixture = try Fixture("bleu")
    for name in fixture.names where name != "tokens13a" {
      let score = try #require(fixture.tensor("\(name)/score"))
      let predictions = try #require(
        fixture.setting("predictions", of: name, as: [String].self))
      let references = try #require(
        fixture.setting("references", of: name, as: [[String]].self))
      let own = BLEU.corpus(
        predictions.map { Tokenizer.words($0) },
        references: references.map { $0.map { Tokenizer.words($0) } })
      #expect(abs(own - Double(score.scalars[0])) < 1e-7, "\(name): \(own)")
    }
    #expect(BLEU.corpus([[]], references: [[["a"]]]) == 0)
  }

  @Test func tokensAreThoseOfMteval13a() throws {
    let fixture = try Fixture("bleu")
    let texts = try #require(fixture.setting("texts", of: "tokens13a", as: [String].self))
    let tokens = try #require(fixture.setting("tokens", of: "tokens13a", as: [[String]].self))
    for (text, expected) in zip(texts, tokens) {
      #expect(BLEU.tokens13a(of: text) == expected, "\(text)")
    }
  }

  @Test func unevenCorporaStop() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = BLEU.corpus([["a"], ["b"]], references: [[["a"], ["b"]], [["a"]]]) }
    expectMessage(result, "BLEU: 2 predictions, but references of 2, 1 sentences")
  }
}
