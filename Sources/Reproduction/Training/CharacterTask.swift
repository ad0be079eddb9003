import Gannet

/// The characters of The Time Machine for a model of long contexts: the first nine tenths of the text
/// to train, the last tenth to validate, both in adjacent windows and whole batches.
///
/// The training's batches are those of `scripts/references/gpt.py`.
package struct CharacterTask: TrainingTask {
  package let vocabulary: Vocabulary
  /// The windows to train, shuffled by the seed.
  package let training: DataLoader<Subset<TokenWindows>>
  package let validation: DataLoader<Subset<TokenWindows>>
  /// The novel's words.
  package let words: Set<String>
  /// The reason that the text is not the book's; nil if it is.
  package let fallback: String?
  package let context: SectionContext

  /// - Parameters:
  ///   - batchSize: The number of windows in a batch.
  ///   - steps: The number of characters in a window.
  ///   - seed: The seed of the order of windows; the section's by default.
  ///   - limit: The number of batches of each part at most; no limit by default.
  package init(
    _ context: SectionContext, batchSize: Int = 12, steps: Int = 256, seed: Int? = nil,
    limit: Int? = nil
  ) throws {
    self.context = context
    let novel = try Novel(context)
    let (vocabulary, text) = novel.indexed()
    let known = text.count * 9 / 10
    func windows(_ tokens: some Sequence<Int>) -> Subset<TokenWindows> {
      let all = TokenWindows.partition(Array(tokens), steps: steps)
      return Subset(all, indices: 0..<min(all.count, limit.map { $0 * batchSize } ?? .max))
    }
    training = DataLoader(
      windows(text[..<known]), batchSize: batchSize, shuffle: true,
      seed: UInt64(seed ?? context.seed), dropLast: true)
    validation = DataLoader(windows(text[known...]), batchSize: batchSize, dropLast: true)
    self.vocabulary = vocabulary
    words = Set(novel.words)
    fallback = novel.fallback
  }

  /// The training of nanoGPT's configuration of characters: AdamW with decay of matrices alone.
  package func recipe<Model: NextTokenModel>() -> Recipe<Model, Batch<IntTensor, IntTensor>> {
    Recipe(loss: .nextToken, peak: 1e-3, last: 1e-4, warmUp: 100) { parameters in
      var settings = AdamW.Settings.adam
      settings.betas = (0.9, 0.99)
      return AdamW(
        groups: [
          ParameterGroup(
            parameters.filter { $0.shape.rank > 1 }, learningRate: 1e-3, weightDecay: 0.1),
          ParameterGroup(parameters.filter { $0.shape.rank == 1 }, learningRate: 1e-3),
        ], settings: settings)
    }
  }

  /// Texts that `model` writes behind `prompt`, each character drawn among the 10 likeliest.
  package func samples(
    by model: some NextTokenModel, after prompt: String, count: Int = 3, length: Int = 200
  ) -> [String] {
    (0..<count).map { _ in
      model.text(
        after: prompt, count: length, in: vocabulary, choosing: .sampling(temperature: 1, topK: 10))
    }
  }

  /// The share of the words of texts that the novel has, without those of the prompt and the last one,
  /// which may be cut.
  package func shareOfWords(in texts: [String], after prompt: String) -> Double {
    let given = Tokenizer.words(prompt).count
    let written = texts.flatMap { Tokenizer.words($0).dropFirst(given).dropLast() }
    return Double(written.count { words.contains($0) }) / Double(max(1, written.count))
  }
}
