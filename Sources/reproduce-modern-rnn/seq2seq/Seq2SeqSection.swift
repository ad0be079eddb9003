import Gannet
import Reproduction

extension Section {
  /// A recurrent encoder and decoder trained to translate, as in the book and with other contexts.
  static let seq2seq = Section(
    "seq2seq", title: "Sequence to sequence", reference: "10.7, seq2seq", seconds: 60, epochs: 30,
    published: Seq2SeqFigures.all
  ) { context in
    try context.seeded {
      var result = shapes
      let task = try TranslationTask(context)
      let model = task.seq2seq()
      result.add(
        try task.result(
          of: model, Seq2SeqFigures.book, title: "A recurrent encoder and decoder",
          learningRate: 0.005))
      result[Seq2SeqFigures.tokenLoss] = task.lossByTokens(of: model)

      let both = EncoderDecoder(
        Seq2SeqEncoder(
          task.sourceCount, embeddingSize: 256, hiddenSize: 256, layers: 2, dropout: 0.2,
          isBidirectional: true, readsPadding: false),
        Seq2SeqDecoder(
          task.targetCount, embeddingSize: 256, hiddenSize: 256, layers: 2, dropout: 0.2,
          context: .lastToken))
      result.add(
        try task.restarted().result(
          of: both, Seq2SeqFigures.bidirectional, title: "A bidirectional encoder",
          learningRate: 0.005))

      let sampled = task.seq2seq(context: .mean)
      let sampling = ScheduledSampling(sampled, probability: 0.25)
      result.add(
        try task.restarted().result(
          of: sampled, Seq2SeqFigures.sampled, title: "Scheduled sampling"
        ) {
          try task.restarted().train(sampling, as: "scheduled sampling", learningRate: 0.005)
        })
      return result
    }
  }

  /// The sizes of a small encoder's and decoder's results.
  private static var shapes: SectionResult {
    let encoder = Seq2SeqEncoder(10, embeddingSize: 8, hiddenSize: 16, layers: 2)
    let decoder = Seq2SeqDecoder(10, embeddingSize: 8, hiddenSize: 16, layers: 2)
    let tokens = IntTensor([Int32](repeating: 0, count: 36), shape: [4, 9])
    let encoding = encoder(tokens)
    let logits = decoder(tokens, state: decoder.initialState(encoding)).logits
    var result = SectionResult()
    for (figures, shape) in [
      (Seq2SeqFigures.outputs, encoding.outputs.shape),
      (Seq2SeqFigures.state, encoding.state.shape), (Seq2SeqFigures.logits, logits.shape),
    ] {
      for (figure, size) in zip(figures, shape) { result[figure] = Double(size) }
    }
    return result
  }
}

extension TranslationTask {
  /// The book's model: two layers of 256 units on both sides, dropout 0.2.
  func seq2seq(
    context: SequenceContext = .lastStep
  ) -> EncoderDecoder<Seq2SeqEncoder, Seq2SeqDecoder> {
    EncoderDecoder(
      Seq2SeqEncoder(sourceCount, embeddingSize: 256, hiddenSize: 256, layers: 2, dropout: 0.2),
      Seq2SeqDecoder(
        targetCount, embeddingSize: 256, hiddenSize: 256, layers: 2, dropout: 0.2,
        context: context))
  }

  /// The loss of the validation pairs, all tokens weighted equally: the book's mean over batches counts
  /// the one pair of the last batch as much as 128 others.
  func lossByTokens(of model: some SequenceToSequenceModel) -> Double {
    let batch = pairs.batch(at: Array(512..<pairs.count))
    return model.evaluating { loss().measurements(model, batch)[0].value }
  }
}
