import Foundation
import GannetData
import GannetModels
import GannetNN
import GannetTensor
import GannetTraining
import TestSupport
import Testing

@Suite struct NextTokenTests {
  private let tokens = (0..<80).map { $0 % 5 + 1 }

  @Test func theLossIsTheMeanOverAllTokens() {
    withRandomSeed(1) {
      let model = LanguageModel(GRU(6, 4))
      let batch = TokenWindows(tokens, steps: 7).batch(at: [0, 3, 4])
      var sum: Float = 0
      for row in 0..<3 {
        let logits = model(batch.inputs[row].reshaped(to: [7, 1])).logits
        sum += crossEntropy(logits.reshaped(to: [7, 6]), batch.targets[row]).scalar
      }
      #expect(abs(model.nextTokenLoss(batch).scalar - sum / 3) < 1e-6)
      let measured = Objective.nextToken.measurements(model, batch)
      #expect(measured.map(\.name) == ["loss", "perplexity"])
      #expect(abs(measured[1].value - exp(measured[0].value)) < 1e-12)
    }
  }

  @Test func aTrainerLearnsACycle() throws {
    try withRandomSeed(1) {
      let model = LanguageModel(LSTM(6, 16))
      let trainer = Trainer(
        model, optimizer: Adam(model.parameters, learningRate: 0.02),
        loss: .nextToken, clipNorm: 1, showsProgress: false)
      let windows = DataLoader(TokenWindows(tokens, steps: 8), batchSize: 24, shuffle: true)
      let history = try trainer.fit(windows, validation: windows, epochs: 20)
      #expect(history.epochs.last!.value(of: "perplexity") < 1.3)
      #expect(Array(model.continuation(of: [1, 2]).prefix(6)) == [3, 4, 5, 1, 2, 3])
    }
  }
}
