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

  @Test func mistakesAreNamed() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var stream = RandomStream(seed: 1)
      _ = TokenChoice.sampling(temperature: 0)(Tensor([1, 2]), using: &stream)
    }
    expectMessage(result, "TokenChoice: temperature 0.0, topK 1, expected above 0 and at least 1")
  }
}
