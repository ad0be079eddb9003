import GannetNN
import GannetTensor
import TestSupport
import Testing

struct TokenChoiceTests {
  private let logits = Tensor([1, 3, 2, -1])

  @Test func greedyTakesTheLikeliest() {
    var stream = RandomStream(seed: 1)
    #expect(TokenChoice.greedy(logits, using: &stream) == 1)
    #expect(TokenChoice.sampling(temperature: 5, topK: 1)(logits, using: &stream) == 1)
    #expect(TokenChoice.sampling(temperature: 1e-3)(logits, using: &stream) == 1)
  }

  @Test(arguments: [0.5, 1, 4]) func samplesFollowTheSoftmax(temperature: Double) {
    var stream = RandomStream(seed: 1)
    let choice = TokenChoice.sampling(temperature: temperature)
    var counts = [0.0, 0, 0, 0]
    for _ in 0..<20_000 { counts[choice(logits, using: &stream)] += 1 }
    let expected = softmax(logits / Float(temperature)).scalars
    for (count, p) in zip(counts, expected) {
      // Four standard deviations.
      #expect(abs(count / 20_000 - Double(p)) < 4 * (Double(p) / 20_000).squareRoot() + 1e-4)
    }
  }

  @Test func onlyTheTopAreChosen() {
    var stream = RandomStream(seed: 1)
    let choice = TokenChoice.sampling(temperature: 10, topK: 2)
    #expect(Set((0..<200).map { _ in choice(logits, using: &stream) }) == [1, 2])
  }

  /// The probabilities are 0.09, 0.64, 0.24 and 0.03 of tokens 0 to 3.
  @Test func theNucleusHasTheFewestTokens() {
    let logits = log(Tensor([0.09, 0.64, 0.24, 0.03]))
    for (share, expected) in [(0, [1]), (0.6, [1]), (0.7, [1, 2]), (0.9, [0, 1, 2])] {
      var stream = RandomStream(seed: 1)
      let choice = TokenChoice.sampling(topP: share)
      #expect(Set((0..<400).map { _ in choice(logits, using: &stream) }) == Set(expected))
    }
    var streams = (RandomStream(seed: 1), RandomStream(seed: 1))
    for _ in 0..<200 {
      let all = TokenChoice.sampling(topP: 1)(logits, using: &streams.0)
      #expect(all == TokenChoice.sampling()(logits, using: &streams.1))
    }
    // Of the two most likely tokens, the first has a share of 0.73.
    let both = TokenChoice.sampling(topK: 2, topP: 0.7)
    #expect(Set((0..<200).map { _ in both(logits, using: &streams.0) }) == [1])
  }

  @Test func mistakesAreNamed() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var stream = RandomStream(seed: 1)
      _ = TokenChoice.sampling(temperature: 0)(Tensor([1, 2]), using: &stream)
    }
    expectMessage(
      result,
      "TokenChoice: temperature 0.0, topK 1, topP 1.0, expected above 0, at least 1, 0 to 1")
  }
}
