import Gannet
import Reproduction

extension Section {
  /// The Transformer trained to translate, and the weights of its heads.
  static let transformer = Section(
    "transformer", title: "The Transformer", reference: "11.7, transformer", seconds: 30,
    epochs: 30, published: TransformerFigures.all
  ) { context in
    try context.seeded {
      var result = small
      let task = try TranslationTask(context)
      let settings = TransformerSettings.book()
      let model = EncoderDecoder(
        TokenTransformerEncoder(task.sourceCount, layers: 2, settings),
        TokenTransformerDecoder(task.targetCount, layers: 2, settings))
      result.add(
        try task.result(
          of: model, TransformerFigures.book, title: "The Transformer", learningRate: 0.001))
      result.add(weights(of: model, task))
      return result
    }
  }

  /// The weights of the last sentence's translation.
  private static func weights(
    of model: EncoderDecoder<TokenTransformerEncoder, TokenTransformerDecoder>,
    _ task: TranslationTask
  ) -> SectionResult {
    let last = LastSentence(of: task, by: model)
    return model.evaluating {
      let encoding = model.encoder.withWeights(last.source, lengths: last.lengths)
      let decoding = model.decoder.withWeights(
        last.target,
        state: model.decoder.initialState(encoding.output, lengths: last.lengths))
      let all = encoding.weights + decoding.weights + decoding.memoryWeights
      let padding = (encoding.weights + decoding.memoryWeights).map {
        $0.sliced(last.length..<$0.shape[3], along: 3).max().scalar
      }
      let count = last.target.shape[1]
      let later = Tensor(
        (0..<count * count).map { $0 % count > $0 / count ? 1 : 0 }, shape: [count, count])
      return SectionResult(
        figures: [
          TransformerFigures.rows: all.map(\.largestDifferenceFromSumOne).max()!,
          TransformerFigures.padding: Double(padding.max()!),
          TransformerFigures.causal:
            Double(decoding.weights.map { ($0 * later).max().scalar }.max()!),
        ],
        plots: [
          plot(
            "encoder-weights", "Self-attention of the encoder", encoding.weights,
            last.sourceTokens, last.sourceTokens),
          plot(
            "decoder-weights", "Self-attention of the decoder", decoding.weights,
            last.writtenTokens, last.readTokens),
          plot(
            "memory-weights", "Attention of the decoder to the source", decoding.memoryWeights,
            last.writtenTokens, last.sourceTokens),
        ])
    }
  }

  /// A map for each head of each layer, whose weights are `[1, H, Q, K]`, without padding.
  private static func plot(
    _ name: String, _ title: String, _ weights: [Tensor], _ queries: [String], _ keys: [String]
  ) -> Plot {
    let panels = weights.enumerated().flatMap { layer, weights in
      weights[0].unstacked().enumerated().map { head, map in
        Panel(
          attention: map.sliced(0..<queries.count, along: 0).sliced(0..<keys.count, along: 1),
          "layer \(layer + 1), head \(head + 1)", queryNames: queries, keyNames: keys)
      }
    }
    return Plot(name, title: title, panels: panels, columns: weights[0].shape[1])
  }

  /// The book's checks of the parts.
  private static var small: SectionResult {
    let settings = TransformerSettings.book(24, heads: 8, feedForwardSize: 48, dropout: 0.5)
    let layer = TransformerEncoderLayer(settings)
    let encoder = TokenTransformerEncoder(200, layers: 2, settings)
    let lengths = IntTensor([3, 2])
    var result = SectionResult()
    let tokens = IntTensor([Int32](repeating: 1, count: 200), shape: [2, 100])
    let shapes = [
      layer(Tensor(ones: [2, 100, 24]), mask: .validLengths(lengths)).shape,
      encoder(tokens, lengths: lengths).shape,
    ]
    for (figures, shape) in zip([TransformerFigures.layer, TransformerFigures.encoder], shapes) {
      for (figure, size) in zip(figures, shape) { result[figure] = Double(size) }
    }
    let y = layer.evaluating { layer.feedForward(Tensor(ones: [2, 3, 24])) }
    result[TransformerFigures.positionwise] = largestDifference(
      y, y.sliced(0..<1, along: 1).expanded(to: y.shape))
    return result
  }
}
