import Gannet
import Reproduction

extension Section {
  /// The network of `rnn-scratch` from layers: PyTorch's initial weights and its two biases.
  static let rnnConcise = Section(
    "rnn-concise", title: "An RNN from layers", reference: "9.6, rnn-concise", seconds: 10,
    epochs: 100, published: [RNNConciseFigures.training]
  ) { context in
    try context.seeded {
      let task = try LanguageTask(context)
      let model = LanguageModel(RNN(task.vocabulary.count, 32))
      var result = try task.result(
        of: model, RNNConciseFigures.training, title: "An RNN from layers", learningRate: 1)
      let drawn = model.text(
        after: "it has", count: 60, in: task.vocabulary,
        choosing: .sampling(temperature: 0.7, topK: 10))
      result.notes.append(
        .writing(by: "drawn from the 10 likeliest at temperature 0.7", drawn))
      return result
    }
  }
}
