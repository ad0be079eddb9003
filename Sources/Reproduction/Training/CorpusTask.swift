import Gannet

/// The first pairs of the English-French corpus as subwords, of which every twentieth English sentence
/// is held out with all its translations, and the trainings of models on the others, in batches of
/// similar lengths.
///
/// It is larger than the book's ``TranslationTask``, and its score is the corpus BLEU of sentences that
/// no training has seen. The training's batches are those of
/// `scripts/references/translation_corpus.py`.
package struct CorpusTask: TrainingTask {
  package let training: DataLoader<TranslationSet>
  /// The pairs held out.
  package let validation: DataLoader<TranslationSet>
  /// The subwords of both languages, learned from the pairs to train.
  package let encoding: BytePairEncoding
  /// The English sentences held out, each once, as words.
  package let sources: [[String]]
  /// The reason that the sentences are not the corpus's; nil if they are.
  package let fallback: String?
  package let context: SectionContext
  /// The true translations of ``sources``, in lists of one for each; a sentence of few repeats its
  /// first.
  package let references: [[[String]]]

  /// - Parameters:
  ///   - count: The number of pairs, those held out included.
  ///   - merges: The number of merges of the subwords at most.
  ///   - batchSize: The number of pairs in a batch.
  ///   - steps: The largest number of tokens of a sentence, `<eos>` included.
  ///   - seed: The seed of the order of pairs; the section's by default.
  package init(
    _ context: SectionContext, pairs count: Int = 20_000, merges: Int = 2_000,
    batchSize: Int = 64, steps: Int = 20, seed: Int? = nil
  ) throws {
    let data = try EnglishFrench(
      directory: context.dataFolder, limit: count, allowsSubstitute: true)
    let (known, held) = data.pairs.split(holdingOut: 20)
    let words = (known.sources + known.targets).flatMap(Self.words)
    let encoding = BytePairEncoding(training: words.counted(), mergeCount: merges)
    let set = TranslationSet(known.encoded(by: encoding), steps: steps, padding: .toLongest)
    let heldSet = TranslationSet(
      held.encoded(by: encoding), steps: steps, sourceVocabulary: set.sourceVocabulary,
      targetVocabulary: set.targetVocabulary, padding: .toLongest)
    training = DataLoader(
      set, batchSize: batchSize, shuffle: true, seed: UInt64(seed ?? context.seed),
      bucketedBy: set.tokenCounts)
    validation = DataLoader(heldSet, batchSize: batchSize, bucketedBy: heldSet.tokenCounts)
    self.encoding = encoding
    let translations = held.translationsBySource
    sources = translations.map(\.source)
    let most = translations.map(\.targets.count).max() ?? 0
    references = (0..<most).map { number in
      translations.map { Self.words(of: $0.targets[number < $0.targets.count ? number : 0]) }
    }
    fallback = data.fallback
    self.context = context
  }

  /// The pairs to train as indices.
  package var pairs: TranslationSet { training.dataset }

  /// The words of a sentence's tokens, which may have white space in them, such as thin spaces.
  private static func words(of sentence: [String]) -> [String] {
    Tokenizer.words(sentence.joined(separator: " "))
  }

  /// The training by Adam with the betas of the first Transformer.
  package func recipe<Model: SequenceToSequenceModel>() -> Recipe<Model, TranslationBatch> {
    Recipe(
      loss: .translation(ignoring: pairs.targetVocabulary[Vocabulary.padding]), peak: 1e-3,
      last: 1e-5, warmUp: 400
    ) { Adam($0, betas: (0.9, 0.98), epsilon: 1e-9) }
  }

  /// The held-out sentences translated by `model`, each as words: greedily, or by a beam search.
  ///
  /// - Parameter width: The width of the beam; nil for greedy translations.
  package func translations<E: SequenceEncoder, D: SequenceDecoder>(
    by model: EncoderDecoder<E, D>, width: Int? = nil
  ) -> [[String]] {
    let vocabulary = pairs.targetVocabulary
    let (begin, end) = (vocabulary[Vocabulary.beginning], vocabulary[Vocabulary.end])
    return stride(from: 0, to: sources.count, by: 64).flatMap { first in
      let rows = sources[first..<min(first + 64, sources.count)]
      let (tokens, lengths) = pairs.sources(of: rows.map { encoding($0.joined(separator: " ")) })
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
      return found.map { tokens in
        Tokenizer.words(BytePairEncoding.text(of: pairs.targetTokens(of: tokens)))
      }
    }
  }

  /// The corpus BLEU, from 0 to 1, of translations of the held-out sentences, beside all their true
  /// translations.
  package func bleu(of translations: [[String]]) -> Double {
    BLEU.corpus(translations, references: references)
  }
}

extension SentencePairs {
  /// The pairs as subwords.
  fileprivate func encoded(by encoding: BytePairEncoding) -> SentencePairs {
    func encoded(_ sentences: [[String]]) -> [[String]] {
      sentences.map { encoding($0.joined(separator: " ")) }
    }
    return SentencePairs(sources: encoded(sources), targets: encoded(targets))
  }
}
