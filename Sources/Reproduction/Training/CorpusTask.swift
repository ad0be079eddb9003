import Gannet

/// The first pairs of the English-French corpus, of which every twentieth English sentence is held out
/// with all its translations, and the trainings of models on the others, in batches of similar lengths.
///
/// It is larger than the book's ``TranslationTask``, and its score is the corpus BLEU of sentences that
/// no training has seen.
package struct CorpusTask: TrainingTask {
  package let training: DataLoader<TranslationSet>
  /// The pairs held out.
  package let validation: DataLoader<TranslationSet>
  /// The English sentences held out, each once, as tokens.
  package let sources: [[String]]
  /// The reason that the sentences are not the corpus's; nil if they are.
  package let fallback: String?
  package let context: SectionContext
  /// The true translations of ``sources``, in lists of one for each; a sentence of few repeats its
  /// first.
  private let references: [[[String]]]

  /// - Parameters:
  ///   - count: The number of pairs, those held out included.
  ///   - batchSize: The number of pairs in a batch.
  ///   - steps: The largest number of tokens of a sentence, `<eos>` included.
  package init(
    _ context: SectionContext, pairs count: Int = 20_000, batchSize: Int = 64, steps: Int = 16
  ) throws {
    let data = try EnglishFrench(
      directory: context.dataFolder, limit: count, allowsSubstitute: true)
    let (known, held) = data.pairs.split(holdingOut: 20)
    let set = TranslationSet(known, steps: steps, padding: .toLongest)
    let heldSet = TranslationSet(
      held, steps: steps, sourceVocabulary: set.sourceVocabulary,
      targetVocabulary: set.targetVocabulary, padding: .toLongest)
    training = DataLoader(
      set, batchSize: batchSize, shuffle: true, bucketedBy: set.tokenCounts)
    validation = DataLoader(heldSet, batchSize: batchSize, bucketedBy: heldSet.tokenCounts)
    let translations = held.translationsBySource
    sources = translations.map(\.source)
    let most = translations.map(\.targets.count).max() ?? 0
    references = (0..<most).map { number in
      translations.map { $0.targets[number < $0.targets.count ? number : 0] }
    }
    fallback = data.fallback
    self.context = context
  }

  /// The pairs to train as indices.
  package var pairs: TranslationSet { training.dataset }

  /// Trains `model` by Adam and returns the curves `train_loss` and `val_loss`.
  ///
  /// - Parameter name: The name of the training, unique in its section.
  package func train(
    _ model: some SequenceToSequenceModel, as name: String = "corpus", learningRate: Float,
    clipNorm: Float? = 1, epochs: Int? = nil, callbacks: [any Callback] = []
  ) throws -> TrainingCurves {
    try fit(
      model, as: name, optimizer: Adam(model.parameters, learningRate: learningRate),
      loss: .translation(ignoring: pairs.targetVocabulary[Vocabulary.padding]), curves: .losses,
      clipNorm: clipNorm, epochs: epochs, callbacks: callbacks)
  }

  /// The held-out sentences translated by `model`, each as tokens: greedily, or by a beam search.
  ///
  /// - Parameter width: The width of the beam; nil for greedy translations.
  package func translations<E: SequenceEncoder, D: SequenceDecoder>(
    by model: EncoderDecoder<E, D>, width: Int? = nil
  ) -> [[String]] {
    let vocabulary = pairs.targetVocabulary
    let (begin, end) = (vocabulary[Vocabulary.beginning], vocabulary[Vocabulary.end])
    return stride(from: 0, to: sources.count, by: 64).flatMap { first in
      let rows = sources[first..<min(first + 64, sources.count)]
      let (tokens, lengths) = pairs.sources(of: Array(rows))
      let found =
        if let width {
          model.beamSearch(
            of: tokens, lengths: lengths, from: begin, until: end, maximumLength: pairs.steps,
            width: width
          ).map { $0.first?.tokens ?? [] }
        } else {
          model.translations(
            of: tokens, lengths: lengths, from: begin, until: end, maximumLength: pairs.steps)
        }
      return found.map { pairs.targetTokens(of: $0) }
    }
  }

  /// The corpus BLEU of translations of the held-out sentences, beside all their true translations.
  package func bleu(of translations: [[String]]) -> Double {
    BLEU.corpus(translations, references: references)
  }
}
