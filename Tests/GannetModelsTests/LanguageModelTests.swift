import GannetModels
import GannetNN
import GannetTensor
import TestSupport
import Testing

/// From the same weights, on the same batch, each language model follows PyTorch's losses for twenty
/// steps, the gradient's norm clipped at 1.
@Suite struct LanguageModelTests {
  @Test func theBooksModels() throws {
    try follow("rnn", RNN(28, 32), rate: 1, steps: 32, batch: 1024)
    try follow("gru", GRU(28, 32), rate: 4, steps: 32, batch: 1024)
    try follow("lstm", LSTM(28, 32), rate: 4, steps: 32, batch: 1024)
    try follow("deep_gru", GRU(28, 32, layers: 2), rate: 2, steps: 32, batch: 1024)
  }

  @Test func largerModels() throws {
    try follow("rnn_l", RNN(28, 256), rate: 1, steps: 35, batch: 32)
    try follow("gru_l", GRU(28, 256), rate: 1, steps: 35, batch: 32)
    try follow("lstm_l", LSTM(28, 256), rate: 1, steps: 35, batch: 32)
    try follow("bi_lstm", LSTM(28, 256, isBidirectional: true), rate: 1, steps: 35, batch: 32)
  }

  @Test func batchFirstGivesLogitsOfEachSequence() {
    let model = LanguageModel(GRU(7, 5, isBatchFirst: true))
    let (logits, state) = model(HashSequence.labels(12, classes: 7, seed: 1).reshaped(to: [3, 4]))
    #expect(logits.shape == [3, 4, 7])
    #expect(state.shape == [1, 3, 5])
    #expect(model.parameters.first!.name == "rnn.weight_ih_l0")
  }

  private func follow<State>(
    _ name: String, _ network: RecurrentNetwork<State>, rate: Float, steps: Int, batch: Int,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let fixture = try Fixture("trajectory_language")
    let losses = try #require(fixture.tensor("\(name)/losses"))
    let norms = try #require(fixture.tensor("\(name)/gradientNorms"))
    let model = LanguageModel(network)
    let weights = fixtureWeights(model.parameters.map(\.shape))
    for (parameter, weight) in zip(model.parameters, weights) { parameter.value = weight }
    let tokens = HashSequence.labels(steps * batch, classes: 28, seed: 1)
      .reshaped(to: [steps, batch])
    let labels = HashSequence.labels(steps * batch, classes: 28, seed: 2)
    let optimizer = SGD(model.parameters, learningRate: rate)
    let followed = (0..<losses.count).map { step in
      optimizer.zeroGradients()
      let loss = crossEntropy(model(tokens).logits.reshaped(to: [-1, 28]), labels)
      loss.backward()
      if step == 0 {
        let own = model.parameters.map { sqrt(($0.gradient! * $0.gradient!).sum()).scalar }
        expectClose(
          Tensor(own), norms, tolerance: 1e-4, "\(name), gradients' norms",
          sourceLocation: sourceLocation)
      }
      model.parameters.clipGradients(toNorm: 1)
      optimizer.step()
      return loss.scalar
    }
    expectClose(
      Tensor(followed), losses, tolerance: 1e-3, "\(name), losses", sourceLocation: sourceLocation)
  }
}
