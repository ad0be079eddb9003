import Gannet
import GannetTensor

extension BenchmarkModel {
  /// The language models: the book's of hidden size 32 on 32 steps, and larger ones.
  static let language: [String: BenchmarkModel] = [
    "rnn": languageModel(RNN(28, 32), learningRate: 1, steps: 32, 1024),
    "gru": languageModel(GRU(28, 32), learningRate: 4, steps: 32, 1024),
    "lstm": languageModel(LSTM(28, 32), learningRate: 4, steps: 32, 1024),
    "deep_gru": languageModel(GRU(28, 32, layers: 2), learningRate: 2, steps: 32, 1024),
    "rnn_l": languageModel(RNN(28, 256), learningRate: 1, steps: 35, 32),
    "gru_l": languageModel(GRU(28, 256), learningRate: 1, steps: 35, 32),
    "lstm_l": languageModel(LSTM(28, 256), learningRate: 1, steps: 35, 32),
    "bi_lstm": languageModel(LSTM(28, 256, isBidirectional: true), learningRate: 1, steps: 35, 32),
  ]

  /// A model of tokens `[steps, batch]` from the shared hash, trained by SGD with the gradient's norm
  /// clipped at 1.
  private static func languageModel<State>(
    _ network: @Sendable @autoclosure @escaping () -> RecurrentNetwork<State>, learningRate: Float,
    steps: Int, _ batchSize: Int
  ) -> BenchmarkModel {
    BenchmarkModel(batchSize: batchSize) { settings in
      let model = LanguageModel(network())
      try settings.loadWeights(into: model)
      let steps = settings.length ?? steps
      let (classes, count) = (model.rnn.inputSize, steps * settings.batchSize)
      let tokens = HashSequence.labels(count, classes: classes, seed: 1)
        .reshaped(to: [steps, settings.batchSize])
      let labels = HashSequence.labels(count, classes: classes, seed: 2)
      func loss() -> Tensor {
        crossEntropy(model(tokens).logits.reshaped(to: [count, classes]), labels)
      }
      let first = model.evaluating { Double(loss().scalar) }
      var timer = StepTimer(settings)
      switch settings.phase {
      case .train:
        let (optimizer, parameters) = (
          SGD(model.parameters, learningRate: learningRate), model.parameters
        )
        timer.run { lap in
          optimizer.zeroGradients()
          let loss = loss()
          lap("forward_ms")
          loss.backward()
          lap("backward_ms")
          parameters.clipGradients(toNorm: 1)
          optimizer.step()
          lap("update_ms")
        }
      case .infer:
        model.evaluating { timer.run { _ in _ = model(tokens) } }
      }
      return BenchmarkRun(
        milliseconds: timer.milliseconds, parameterCount: model.parameters.scalarCount,
        firstLoss: first, extras: timer.medians)
    }
  }
}
