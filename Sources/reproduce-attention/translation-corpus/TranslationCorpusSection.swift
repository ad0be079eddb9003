import Gannet
import Reproduction

extension Section {
  /// A Transformer trained on 20,000 pairs of subwords, scored on sentences held out.
  static let translationCorpus = Section(
    "translation-corpus", title: "The Transformer on 20,000 pairs",
    reference: "11.7, transformer", seconds: 900, epochs: 20,
    published: TranslationCorpusFigures.all
  ) { context in
    try context.seeded {
      var result = TranslationCorpusFigures.firstLosses.result(of: try firstLosses(context))
      let task = try CorpusTask(context, pairs: context.isQuick ? 600 : 20_000)
      let model = try translator(for: task, seed: context.seed)
      result.add(
        SectionResult(
          figures: [
            TranslationCorpusFigures.training.parameters: Double(model.parameters.scalarCount)
          ],
          fallback: task.fallback))
      let curves = try task.fit(model, by: task.recipe())
      result.add(
        curves, as: TranslationCorpusFigures.training, title: "The Transformer on 20,000 pairs",
        y: Axis("loss"))
      result.add(translations(by: model, task))
      return result
    }
  }

  /// The held-out sentences translated greedily and by a beam.
  private static func translations(by model: Translator, _ task: CorpusTask) -> SectionResult {
    let (greedy, beam) = (task.translations(by: model), task.translations(by: model, width: 4))
    let scores = (greedy: task.bleu(of: greedy), beam: task.bleu(of: beam))
    let shown = stride(from: 0, to: greedy.count, by: max(1, greedy.count / 5))
    return SectionResult(
      figures: [
        TranslationCorpusFigures.greedy: scores.greedy, TranslationCorpusFigures.beam: scores.beam,
        TranslationCorpusFigures.gain: scores.beam - scores.greedy,
      ],
      notes: shown.map { row in
        let texts = [task.sources[row], greedy[row], beam[row], task.references[0][row]]
          .map { $0.joined(separator: " ") }
        return .row([
          "English": texts[0], "French": texts[1], "by a beam": texts[2], "reference": texts[3],
        ])
      })
  }

  /// The losses of the first steps of seed 0 without dropout.
  private static func firstLosses(_ context: SectionContext) throws -> [Double] {
    let task = try CorpusTask(context, seed: 0)
    return try task.firstLosses(
      of: translator(for: task, seed: 0, dropout: 0), by: task.recipe(),
      count: TranslationCorpusFigures.firstLosses.count)
  }

  private typealias Translator = EncoderDecoder<TokenTransformerEncoder, TokenTransformerDecoder>

  /// Three layers on both sides. The weights are Xavier's; those of embeddings, which are multiplied
  /// by √E, have a variance of 1 / E.
  private static func translator(
    for task: CorpusTask, seed: Int, dropout: Float = 0.3
  ) throws -> Translator {
    let settings = TransformerSettings(256, heads: 4, feedForwardSize: 1_024, dropout: dropout)
    let model = EncoderDecoder(
      TokenTransformerEncoder(task.pairs.sourceVocabulary.count, layers: 3, settings),
      TokenTransformerDecoder(task.pairs.targetVocabulary.count, layers: 3, settings))
    try model.setSharedWeights(seed: seed) { name, shape in
      name.contains("embedding")
        ? (3 / Double(shape[1])).squareRoot() : (6 / Double(shape[0] + shape[1])).squareRoot()
    }
    return model
  }
}
