import Gannet
import Reproduction

extension Section {
  /// A language model from raw tensors: one-hot vectors, five weights, a loop over the steps.
  static let rnnScratch = Section(
    "rnn-scratch", title: "An RNN from raw tensors", reference: "9.5, rnn-scratch", seconds: 18,
    epochs: 100, published: .rnnScratch + .rnnScratchClaims
  ) { context in
    try context.seeded {
      let task = try LanguageTask(context)
      let size = task.vocabulary.count
      let byHand = RNNByHand(size, 32)
      let model = LanguageModelByHand([byHand], vocabularySize: size)
      let batch = task.validation.first { _ in true }!
      let before = withoutGradients { Double(task.loss(model, batch).scalar) }
      var result = task.result(
        of: model, title: "An RNN from raw tensors", learningRate: 1, published: .rnnScratch)
      result["perplexity before training"] = Information.perplexity(crossEntropy: before)
      result.add(shapes())
      let twin = RNN(size, 32)
      twin.weights[0][0].copy(byHand.gates)
      result["by hand against the library's layer"] = byHand.difference(
        from: twin, on: batch.inputs.transposed())
      return result
    }
  }

  /// The same network from layers: PyTorch's initial weights and its two biases.
  static let rnnConcise = Section(
    "rnn-concise", title: "An RNN from layers", reference: "9.6, rnn-concise", seconds: 10,
    epochs: 100, published: .rnnConcise
  ) { context in
    try context.seeded {
      let task = try LanguageTask(context)
      let model = LanguageModel(RNN(task.vocabulary.count, 32))
      var result = task.result(
        of: model, title: "An RNN from layers", learningRate: 1, published: .rnnConcise)
      let drawn = model.text(
        after: "it has", count: 60, in: task.vocabulary,
        choosing: .sampling(temperature: 0.7, topK: 10))
      result.notes.append("drawn from the 10 likeliest at temperature 0.7: \"\(drawn)\"")
      return result
    }
  }

  /// The book's test: 2 sequences of 100 steps and 16 features.
  private static func shapes() -> SectionResult {
    let states = RNNByHand(16, 32).run(Tensor(ones: [100, 2, 16]), from: nil).outputs
    return SectionResult(figures: [
      "states": Double(states.shape[0]), "state: rows": Double(states.shape[1]),
      "state: columns": Double(states.shape[2]),
    ])
  }
}
