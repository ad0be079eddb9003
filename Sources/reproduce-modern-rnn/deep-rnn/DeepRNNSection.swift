import Gannet
import Reproduction

extension Section {
  /// Two layers, one above the other: plain ones from raw tensors, gated ones from layers.
  static let deepRNN = Section(
    "deep-rnn", title: "Deep recurrent networks", reference: "10.3, deep-rnn", seconds: 50,
    epochs: 100, published: DeepRNNFigures.all
  ) { context in
    try context.seeded {
      let task = try LanguageTask(context)
      let size = task.vocabulary.count
      let byHand = [RNNByHand(size, 32), RNNByHand(32, 32)]
      let model = LanguageModel(GRU(size, 32, layers: 2))
      let scratch = LanguageModelByHand(byHand, vocabularySize: size)
      var result = try task.result(
        of: scratch, DeepRNNFigures.scratch, title: "Two plain layers from raw tensors",
        learningRate: 2)
      result.add(
        try task.result(
          of: model, DeepRNNFigures.concise, title: "A GRU of two layers", learningRate: 2))
      result.add(withoutGradients { stacking(model, task.sample) })

      let twin = RNN(size, 32, layers: 2)
      for (layer, weights) in zip(byHand, twin.weights) { weights[0].copy(layer.gates) }
      let inputs = Tensor(oneHot: task.sample, classCount: size)
      result[DeepRNNFigures.byHand] = withoutGradients {
        let outputs = byHand.reduce(inputs) { $1.run($0, from: nil).outputs }
        return largestDifference(outputs, twin(task.sample).output)
      }
      return result
    }
  }

  /// The two layers apart, on `tokens`, `[T, N]`: the lower one's sequence is what the upper one
  /// reads.
  private static func stacking(
    _ model: LanguageModel<Tensor>, _ tokens: IntTensor
  ) -> SectionResult {
    let (lower, upper) = (GRU(model.rnn.inputSize, 32), GRU(32, 32))
    lower.weights[0][0].copy(model.rnn.weights[0][0])
    upper.weights[0][0].copy(model.rnn.weights[1][0])
    let (sequence, lowerState) = lower(tokens)
    let (output, upperState) = upper(sequence)
    let (logits, states) = model(tokens)
    return SectionResult(figures: [
      DeepRNNFigures.lowerSteps: Double(sequence.shape[0]),
      DeepRNNFigures.states: Double(states.shape[0]),
      DeepRNNFigures.stacked:
        largestDifference(output, model.rnn(tokens).output),
      DeepRNNFigures.lastStates:
        largestDifference(concatenate([lowerState, upperState]), states),
      DeepRNNFigures.logits:
        largestDifference(model.linear(output), logits),
    ])
  }
}
