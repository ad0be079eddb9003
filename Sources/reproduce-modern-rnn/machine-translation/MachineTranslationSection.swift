import Gannet
import Reproduction

extension Section {
  /// English-French sentences: their lengths, vocabularies, padded batches and valid lengths.
  static let machineTranslation = Section(
    "machine-translation", title: "Machine translation and its data",
    reference: "10.5, machine-translation-and-dataset", seconds: 4, isSeeded: false,
    published: MachineTranslationFigures.all
  ) { context in
    let data = try EnglishFrench(
      directory: context.dataFolder, limit: context.isQuick ? 5_000 : nil, allowsSubstitute: true)
    var result = lengths(of: data.pairs)
    let task = try TranslationTask(context)
    let set = task.pairs
    let (english, french) = (set.sourceVocabulary, set.targetVocabulary)
    for (figure, value) in [
      (MachineTranslationFigures.training, task.training.dataset.count),
      (MachineTranslationFigures.validation, task.validation.dataset.count),
      (MachineTranslationFigures.sourceVocabulary, english.count),
      (MachineTranslationFigures.targetVocabulary, french.count),
      (MachineTranslationFigures.lastBatch, task.validation.map { $0.count }.last!),
    ] { result[figure] = Double(value) }
    for (figures, vocabulary, tokens) in [
      (MachineTranslationFigures.sourceIndices, english, "! , . <eos> <pad> <unk>"),
      (MachineTranslationFigures.targetIndices, french, "! , . <bos> <eos> <pad> <unk>"),
    ] {
      for (figure, token) in zip(figures, Tokenizer.words(tokens)) {
        result[figure] = Double(vocabulary[token])
      }
    }
    result[MachineTranslationFigures.unknownTraining] = task.unknownShare(0..<512)
    result[MachineTranslationFigures.unknownValidation] = task.unknownShare(512..<set.count)

    let first = set.batch(at: [0, 1])
    result.notes =
      zip(data.pairs.sources, data.pairs.targets).prefix(6).map { source, target in
        .row([
          "English": source.joined(separator: " "), "French": target.joined(separator: " "),
        ])
      } + [
        "source of the first two: \(first.source.scalars)",
        "valid lengths: \(first.sourceLengths.scalars)",
        "decoder's input: \(first.target.scalars)", "labels: \(first.labels.scalars)",
      ]
    result.fallback = data.fallback
    return result
  }

  /// The numbers of tokens of all sentences, `<eos>` included, and their histogram.
  private static func lengths(of pairs: SentencePairs) -> SectionResult {
    let sources = pairs.sources.map { Double($0.count + 1) }
    let targets = pairs.targets.map { Double($0.count + 1) }
    let (low, high) = ((sources + targets).min()!, (sources + targets).max()!)
    let series = [
      Series.histogram("English", of: sources, bins: 10, range: low...high),
      Series.histogram("French", of: targets, bins: 10, range: low...high),
    ]
    var result = SectionResult(figures: [
      MachineTranslationFigures.pairs: Double(pairs.count),
      MachineTranslationFigures.shortest: low,
      MachineTranslationFigures.longestSource: sources.max()!,
      MachineTranslationFigures.longestTarget: targets.max()!,
    ])
    for (figures, bars) in zip(
      [MachineTranslationFigures.sourceBins, MachineTranslationFigures.targetBins], series)
    {
      for (figure, count) in zip(figures, bars.y) { result[figure] = count }
    }
    result.plots = [
      Plot(
        "lengths", title: "Lengths of the sentences", x: Axis("tokens in a sentence"),
        y: Axis("sentences"), series: series)
    ]
    return result
  }
}

extension TranslationTask {
  /// The share of `<unk>` in the tokens to predict of some pairs.
  fileprivate func unknownShare(_ rows: Range<Int>) -> Double {
    let (padding, unknown) = (
      Int32(pairs.targetVocabulary[Vocabulary.padding]), Int32(pairs.targetVocabulary.unknownIndex)
    )
    let labels = pairs.batch(at: Array(rows)).labels.scalars.filter { $0 != padding }
    return Double(labels.count { $0 == unknown }) / Double(labels.count)
  }
}
