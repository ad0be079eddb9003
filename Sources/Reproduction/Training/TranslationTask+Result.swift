import Gannet

extension TranslationTask {
  /// A sentence with its translation by a model.
  package struct Translated {
    package let source: String
    package let translation: [String]
    /// The score of the translation beside the true one, by the book's rule.
    package let bleu: Double
  }

  /// The book's four sentences, each with a true translation.
  package static let sentences: [(source: String, target: String)] = [
    ("go .", "va !"), ("i lost .", "j'ai perdu ."), ("he's calm .", "il est calme ."),
    ("i'm home .", "je suis chez moi ."),
  ]

  /// The sentences to translate after a training as token indices, `[4, steps]`, and their lengths.
  package var sources: (tokens: IntTensor, lengths: IntTensor) {
    pairs.sources(of: Self.sentences.map { SentencePairs.translationTokens(of: $0.source) })
  }

  /// The translations of sources, `[N, S]`, each token the most likely, as token indices.
  package func greedy<E: SequenceEncoder, D: SequenceDecoder>(
    _ model: EncoderDecoder<E, D>, _ source: IntTensor, _ lengths: IntTensor
  ) -> [[Int]] {
    model.translations(
      of: source, lengths: lengths, from: pairs.targetVocabulary[Vocabulary.beginning],
      until: pairs.targetVocabulary[Vocabulary.end], maximumLength: pairs.steps)
  }

  /// The best translations of sources, `[N, S]`, by a beam search.
  package func beams<E: SequenceEncoder, D: SequenceDecoder>(
    _ model: EncoderDecoder<E, D>, _ source: IntTensor, _ lengths: IntTensor, width: Int
  ) -> [[BeamHypothesis]] {
    model.beamSearch(
      of: source, lengths: lengths, from: pairs.targetVocabulary[Vocabulary.beginning],
      until: pairs.targetVocabulary[Vocabulary.end], maximumLength: pairs.steps, width: width)
  }

  /// The book's sentences translated by a model, each token the most likely, with their scores.
  package func translated<E: SequenceEncoder, D: SequenceDecoder>(
    by model: EncoderDecoder<E, D>
  ) -> [Translated] {
    let (tokens, lengths) = sources
    return translated(as: greedy(model, tokens, lengths))
  }

  /// The book's sentences with translations that a model has found, as token indices.
  package func translated(as translations: [[Int]]) -> [Translated] {
    zip(Self.sentences, translations).map { sentence, indices in
      let translation = pairs.targetTokens(of: indices)
      return Translated(
        source: sentence.source, translation: translation,
        bleu: BLEU.sentence(
          translation, reference: SentencePairs.translationTokens(of: sentence.target)))
    }
  }

  /// The corpus BLEU, by n-grams up to four, of translations of the validation pairs, as token indices.
  package func corpusBLEU(of translations: [[Int]]) -> Double {
    BLEU.corpus(
      translations.map { pairs.targetTokens(of: $0) },
      references: [Array(text.targets[512...])])
  }

  /// Trains a model, and reports the number of its parameters, its curves and their final values,
  /// and the book's four sentences translated, with their scores.
  ///
  /// - Parameter title: The plot's title.
  package func result<E: SequenceEncoder, D: SequenceDecoder>(
    of model: EncoderDecoder<E, D>, _ figures: TranslationFigures, title: String,
    learningRate: Float
  ) throws -> SectionResult {
    try result(of: model, figures, title: title) {
      try train(model, as: figures.training.variant ?? "model", learningRate: learningRate)
    }
  }

  /// Reports a model's training by `train`, as ``result(of:_:title:learningRate:)`` does.
  package func result<E: SequenceEncoder, D: SequenceDecoder>(
    of model: EncoderDecoder<E, D>, _ figures: TranslationFigures, title: String,
    training train: () throws -> TrainingCurves
  ) rethrows -> SectionResult {
    var result = SectionResult(
      figures: [figures.training.parameters: Double(model.parameters.scalarCount)],
      fallback: fallback)
    let curves = try train()
    result.add(curves, as: figures.training, title: title, y: Axis("loss"))
    result.add(translated(by: model), as: figures)
    return result
  }
}

/// The book's score of a sentence.
package enum BookScore: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
  /// The score of one run, shown but not judged.
  case once(Double)
  /// The score of each of some builds, which is to be met.
  case always(Double, runs: Int)

  package init(floatLiteral score: Double) { self = .once(score) }
  package init(integerLiteral score: Int) { self = .once(Double(score)) }

  fileprivate func figure(_ name: String) -> PublishedFigure {
    switch self {
    case .once(let score): .shown(name, book: score)
    case .always(let score, let runs): .band(name, book: score, score, score, score, runs: runs)
    }
  }
}

/// The figures of a training on sentence pairs: its number of parameters, the ends of its curves, the
/// scores of the book's four sentences.
package struct TranslationFigures: FigureGroup {
  package let training: TrainingFigures
  /// The score of each sentence, then their sum.
  let scores: [PublishedFigure]

  /// - Parameters:
  ///   - training: The parameters and curves.
  ///   - scores: The book's score of each of the four sentences; none by default. A plain number is
  ///     of one run.
  ///   - sum: The criterion of the scores' sum, of which the argument is the figure's name; by default
  ///     it is not judged.
  package init(
    _ training: TrainingFigures, scores: [BookScore]? = nil,
    sum: (String) -> PublishedFigure = { .ours($0) }
  ) {
    self.training = training
    let prefix = training.variant.map { "\($0) " } ?? ""
    let own = TranslationTask.sentences.enumerated().map { place, sentence in
      let name = "\(prefix)BLEU of \"\(sentence.source)\""
      return scores.map { $0[place].figure(name) } ?? .ours(name)
    }
    self.scores = own + [sum("\(prefix)BLEU of the four together")]
  }

  package var figures: [PublishedFigure] { training.figures + scores }
  package var curves: [PublishedCurve] { training.curves }
}

extension SectionResult {
  /// Adds translations of the book's sentences as notes, and their scores as figures.
  package mutating func add(
    _ translated: [TranslationTask.Translated], as figures: TranslationFigures
  ) {
    let translator = figures.training.variant.map { "French, \($0)" } ?? "French"
    for (sentence, figure) in zip(translated, figures.scores) {
      self[figure] = sentence.bleu
      notes.append(
        .row([
          "English": sentence.source, translator: sentence.translation.joined(separator: " "),
          "BLEU": Numbers.text(sentence.bleu),
        ]))
    }
    self[figures.scores[4]] = translated.reduce(0) { $0 + $1.bleu }
  }
}
