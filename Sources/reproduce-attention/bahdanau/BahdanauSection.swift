import Gannet
import Reproduction

extension Section {
  /// A recurrent decoder with additive attention trained to translate, and its weights.
  static let bahdanau = Section(
    "bahdanau", title: "Bahdanau's attention", reference: "11.4, bahdanau-attention", seconds: 30,
    epochs: 30, published: BahdanauFigures.all
  ) { context in
    try context.seeded {
      var result = shapes
      let task = try TranslationTask(context)
      let model = EncoderDecoder(
        Seq2SeqEncoder(
          task.sourceCount, embeddingSize: 256, hiddenSize: 256, layers: 2, dropout: 0.2),
        Seq2SeqAttentionDecoder(
          task.targetCount, embeddingSize: 256, hiddenSize: 256, layers: 2, dropout: 0.2))
      result.add(
        try task.result(
          of: model, BahdanauFigures.book, title: "A recurrent decoder with attention",
          learningRate: 0.005))
      result.add(weights(of: model, task))
      return result
    }
  }

  /// The weights of the last sentence's translation, read back with its `<eos>`.
  private static func weights(
    of model: EncoderDecoder<Seq2SeqEncoder, Seq2SeqAttentionDecoder>, _ task: TranslationTask
  ) -> SectionResult {
    let last = LastSentence(of: task, by: model)
    return model.evaluating {
      let weights = model.decoder.withWeights(
        last.target, state: model.state(of: last.source, lengths: last.lengths)
      ).weights[0]
      let padding = weights.sliced(last.length..<weights.shape[1], along: 1)
      return SectionResult(
        figures: [
          BahdanauFigures.rows: weights.largestDifferenceFromSumOne,
          BahdanauFigures.padding: Double(padding.max().scalar),
        ],
        plots: [
          Plot(
            "weights", title: "Attention from the translation of \"i'm home .\" to its source",
            panels: [
              Panel(
                attention: weights.sliced(0..<last.length, along: 1), keys: "source's token",
                queryNames: last.writtenTokens, keyNames: last.sourceTokens)
            ])
        ])
    }
  }

  /// The sizes of a small decoder's logits.
  private static var shapes: SectionResult {
    let model = EncoderDecoder(
      Seq2SeqEncoder(10, embeddingSize: 8, hiddenSize: 16, layers: 2),
      Seq2SeqAttentionDecoder(10, embeddingSize: 8, hiddenSize: 16, layers: 2))
    let tokens = IntTensor([Int32](repeating: 0, count: 28), shape: [4, 7])
    var result = SectionResult()
    for (figure, size) in zip(BahdanauFigures.logits, model(tokens, tokens).shape) {
      result[figure] = Double(size)
    }
    return result
  }
}
