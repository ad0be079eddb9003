import Gannet
import Reproduction
import Testing

@Suite("Trainings on English-French pairs")
struct TranslationTaskTests {
  /// Runs `body` on a task in a section of its own.
  private func inSection(
    body: @escaping @Sendable (TranslationTask) throws -> SectionResult
  ) throws {
    let section = Section(
      "translation", title: "", reference: "", seconds: 1, epochs: 1, published: [Self.figures]
    ) { context in
      try context.seeded { try body(TranslationTask(context)) }
    }
    let demo = try DemoChapter()
    #expect(demo.run([section]) == 0, "\(demo.output)")
  }

  private static let figures = TranslationFigures(
    TrainingFigures(), scores: [.always(1, runs: 5), 1, 0, 1])

  private static func model(
    of task: TranslationTask
  ) -> EncoderDecoder<Seq2SeqEncoder, Seq2SeqDecoder> {
    EncoderDecoder(
      Seq2SeqEncoder(task.sourceCount, embeddingSize: 6, hiddenSize: 8, layers: 1),
      Seq2SeqDecoder(task.targetCount, embeddingSize: 6, hiddenSize: 8, layers: 1))
  }

  @Test("512 pairs to train, shuffled, and 129 to validate")
  func pairs() throws {
    try inSection { task in
      #expect(task.training.dataset.count == 512 && task.training.isShuffled)
      #expect(task.validation.map(\.count) == [128, 1] && !task.validation.isShuffled)
      #expect(task.training.allSatisfy { $0.source.shape == [128, 9] })
      #expect(task.text.count == 641)
      return SectionResult(fallback: task.fallback)
    }
  }

  @Test("A result has parameters, curves, and four sentences with their scores")
  func result() throws {
    try inSection { task in
      let model = Self.model(of: task)
      let result = try task.result(
        of: model, Self.figures, title: "A small translator", learningRate: 0.005)
      #expect(result["parameters"] == Double(model.parameters.scalarCount))
      #expect(result.curves.map(\.name) == ["train_loss", "val_loss"] && result.plots.count == 1)
      #expect(
        result.notes.count == 4 && result.notes[3].line.hasPrefix("English: i'm home .; French: "))
      let scores = TranslationTask.sentences.compactMap { result["BLEU of \"\($0.source)\""] }
      #expect(scores.count == 4)
      #expect(result["BLEU of the four together"] == scores.reduce(0, +))

      // The book's mean: the batch of one pair counts as much as that of 128.
      let losses = model.evaluating {
        task.validation.map { Double(task.loss().loss(model, $0).scalar) }
      }
      let mean = losses.reduce(0, +) / 2
      #expect(losses.count == 2 && abs(result["val_loss"]! / mean - 1) < 1e-6)
      return result
    }
  }

  @Test("Beams and greedy translations are of the validation pairs")
  func searches() throws {
    try inSection { task in
      let model = Self.model(of: task)
      let batch = task.pairs.batch(at: Array(512..<641))
      let greedy = task.greedy(model, batch.source, batch.sourceLengths)
      let beams = task.beams(model, batch.source, batch.sourceLengths, width: 1)
      #expect(greedy == beams.map { $0[0].tokens } && greedy.count == 129)
      #expect(task.corpusBLEU(of: greedy) < 0.1)
      let labels = (512..<641).map { task.pairs.batch(at: [$0]).labels.scalars.map(Int.init) }
      #expect(task.corpusBLEU(of: labels) > 0.5)
      return SectionResult(fallback: task.fallback)
    }
  }

  @Test("A larger corpus of subwords in buckets, with sentences held out and their corpus BLEU")
  func corpus() throws {
    let section = Section(
      "corpus", title: "", reference: "", seconds: 1, epochs: 1
    ) { context in
      try context.seeded {
        let task = try CorpusTask(context, pairs: 2_000, merges: 300, steps: 12)
        #expect(task.training.dataset.count + task.validation.dataset.count == 2_000)
        #expect(task.training.isBucketed && task.sources.count > 50)
        #expect(task.encoding.merges.count == 300)
        #expect(task.pairs.targetVocabulary.tokens.contains { $0.hasSuffix("@@") })
        let held = task.validation.dataset
        #expect(held.sourceVocabulary == task.pairs.sourceVocabulary)
        let model = EncoderDecoder(
          Seq2SeqEncoder(
            task.pairs.sourceVocabulary.count, embeddingSize: 8, hiddenSize: 8, layers: 1),
          Seq2SeqDecoder(
            task.pairs.targetVocabulary.count, embeddingSize: 8, hiddenSize: 8, layers: 1))
        let curves = try task.fit(model, by: task.recipe())
        #expect(curves.curves.map(\.name) == ["train_loss", "val_loss"])
        let greedy = task.translations(by: model)
        #expect(greedy == task.translations(by: model, width: 1))
        #expect(greedy.count == task.sources.count && task.bleu(of: greedy) < 0.3)
        #expect(greedy.joined().allSatisfy { !$0.hasSuffix("@@") })
        #expect(task.bleu(of: task.references[0]) == 1)
        return SectionResult(fallback: task.fallback)
      }
    }
    let demo = try DemoChapter()
    #expect(demo.run([section]) == 0, "\(demo.output)")
  }
}
