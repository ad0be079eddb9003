import GannetModels
import GannetNN
import GannetTensor
import TestSupport
import Testing

@Suite struct ScheduledSamplingTests {
  private let source = Seq2SeqTests.tokens(3, 5, seed: 1)
  private let target = Seq2SeqTests.tokens(3, 6, seed: 2)

  @Test func withoutOwnTokensItIsTeacherForcing() {
    withRandomSeed(1) {
      let model = Seq2SeqTests.model()
      let sampling = ScheduledSampling(model, probability: 0)
      expectIdentical(sampling(source, target), model(source, target))
      sampling.probability = 1
      sampling.eval()
      expectIdentical(sampling(source, target), model(source, target))
      #expect(sampling.parameters.first!.name == "model.encoder.embedding.weight")
    }
  }

  /// At a probability of 1, the logits are those after the first token and the model's own.
  @Test func ownTokensAreReadAlone() {
    withRandomSeed(2) {
      let model = Seq2SeqTests.model()
      for parameter in model.parameters { parameter.value = (parameter.value * 4).detached() }
      let logits = ScheduledSampling(model, probability: 1)(source, target)
      let own = logits.argmax(along: -1)
      let read = concatenate(
        [target.sliced(0..<1, along: 1), own.sliced(0..<5, along: 1)], along: 1)
      expectClose(logits, model(source, read), tolerance: 1e-5)
      #expect(read != target)
      logits.sum().backward()
      #expect(model.parameters.allSatisfy { $0.gradient != nil })
    }
  }

  @Test func choicesFollowTheStream() throws {
    try withRandomSeed(3) {
      let model = Seq2SeqTests.model()
      let sampling = ScheduledSampling(model, probability: 0.5)
      let streams = sampling.randomStreams
      let (first, second) = (sampling(source, target), sampling(source, target))
      #expect(first.scalars != second.scalars)
      try sampling.setRandomStreams(streams)
      expectIdentical(sampling(source, target), first)
    }
  }

  @Test func aProbabilityBeyondOneStops() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = ScheduledSampling(Seq2SeqTests.model(), probability: 1.5) }
    expectMessage(result, "ScheduledSampling: probability 1.5, expected 0 to 1")
  }
}
