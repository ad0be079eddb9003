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
      let model = RNNByHand(tokens: task.vocabulary.count, hiddenSize: 32)
      let batch = task.validation.first { _ in true }!
      let before = withoutGradients { Double(task.loss(model, batch).scalar) }
      var result = task.result(
        of: model, title: "An RNN from raw tensors", learningRate: 1, published: .rnnScratch)
      result["perplexity before training"] = Information.perplexity(crossEntropy: before)
      result.add(shapes())
      result["by hand against the library's layer"] = differenceFromLayer(task)
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
    let states = RNNByHand(tokens: 16, hiddenSize: 32).states(Tensor(ones: [100, 2, 16]))
    return SectionResult(figures: [
      "states": Double(states.count), "state: rows": Double(states.last!.shape[0]),
      "state: columns": Double(states.last!.shape[1]),
    ])
  }

  private static func differenceFromLayer(_ task: LanguageTask) -> Double {
    let layers = LanguageModel(RNN(task.vocabulary.count, 32))
    let byHand = RNNByHand(layers)
    let tokens = task.validation.dataset.batch(at: [0, 1]).inputs.transposed()
    return withoutGradients {
      let (logits, other) = (layers(tokens).logits, byHand(tokens, state: nil).logits)
      return Double(abs(logits - other).max().scalar)
    }
  }
}
