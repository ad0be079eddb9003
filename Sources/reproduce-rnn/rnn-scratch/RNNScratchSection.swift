import Gannet
import Reproduction

extension Section {
  /// A language model from raw tensors: one-hot vectors, five weights, a loop over the steps.
  static let rnnScratch = Section(
    "rnn-scratch", title: "An RNN from raw tensors", reference: "9.5, rnn-scratch", seconds: 18,
    epochs: 100, published: RNNScratchFigures.all
  ) { context in
    try context.seeded {
      let task = try LanguageTask(context)
      let size = task.vocabulary.count
      let byHand = RNNByHand(size, 32)
      let model = LanguageModelByHand([byHand], vocabularySize: size)
      let batch = task.validation.first { _ in true }!
      let before = withoutGradients { Double(task.loss(model, batch).scalar) }
      var result = try task.result(
        of: model, RNNScratchFigures.training, title: "An RNN from raw tensors", learningRate: 1)
      result[RNNScratchFigures.untrained] = Information.perplexity(crossEntropy: before)
      result.add(shapes())
      let twin = RNN(size, 32)
      twin.weights[0][0].copy(byHand.gates)
      result[RNNScratchFigures.byHand] = byHand.difference(
        from: twin, on: batch.inputs.transposed())
      return result
    }
  }

  /// The book's test: 2 sequences of 100 steps and 16 features.
  private static func shapes() -> SectionResult {
    let states = RNNByHand(16, 32).run(Tensor(ones: [100, 2, 16]), from: nil).outputs
    return SectionResult(figures: [
      RNNScratchFigures.states: Double(states.shape[0]),
      RNNScratchFigures.stateRows: Double(states.shape[1]),
      RNNScratchFigures.stateColumns: Double(states.shape[2]),
    ])
  }
}
