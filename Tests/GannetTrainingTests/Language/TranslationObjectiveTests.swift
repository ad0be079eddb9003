import GannetData
import GannetNN
import GannetTensor
import GannetTraining
import TestSupport
import Testing

@Suite struct TranslationObjectiveTests {
  private let batch = TranslationBatch(
    source: IntTensor([1, 2, 3, 4], shape: [2, 2]), sourceLengths: IntTensor([2, 2] as [Int32]),
    target: IntTensor([0, 1, 2, 0, 4, 6], shape: [2, 3]),
    labels: IntTensor([1, 2, 6, 4, 6, 6], shape: [2, 3]))

  @Test func theLossIsTheMeanOverTokensThatAreNotPadding() {
    let model = Scores()
    let objective = Objective<Scores, TranslationBatch>.translation(ignoring: 6)
    let rows = logSoftmax(model(batch.source, batch.target, sourceLengths: nil)).reshaped(
      to: [6, 7])
    let mean = -(rows[0, 1] + rows[1, 2] + rows[3, 4]) / 3
    let loss = objective.loss(model, batch)
    expectClose(loss, Tensor(mean), tolerance: 1e-6)
    loss.backward()
    #expect(objective.weight(batch) == 3 && batch.exampleCount == 2)
    let measured = objective.measurements(model, batch)
    #expect(measured.map(\.name) == ["loss", "perplexity"])
    #expect(abs(measured[0].value - Double(mean)) < 1e-6)
    // The rows of tokens that only padding follows have no gradient.
    let gradient = model.scores.gradient!
    #expect(gradient[2].norm().scalar == 0 && gradient[6].norm().scalar == 0)
    #expect(gradient[0].norm().scalar > 0)
  }
}

/// A model of which the logits are a row of scores for each token before.
private final class Scores: SequenceToSequenceModel {
  let scores = Parameter(Tensor(hash: 1, [7, 7]))

  func callAsFunction(
    _ source: IntTensor, _ target: IntTensor, sourceLengths: IntTensor?
  ) -> Tensor { scores.value.slices(at: target) }
}
