import Gannet
import Reproduction

extension Section {
  /// Sequences as examples: targets shifted by one, the book's windows, random and sequential
  /// partitions.
  static let languageModel = Section(
    "language-model", title: "Language-model data", reference: "9.3.3, language-model",
    seconds: 1, published: LanguageModelFigures.all
  ) { context in
    try context.seeded {
      let novel = try Novel(context)
      let (vocabulary, text) = novel.indexed()
      var result = SectionResult()
      result.fallback = novel.fallback

      let machine = TokenWindows(vocabulary.indices(of: Tokenizer.characters("machine")), steps: 6)
        .batch(at: [0])
      func word(_ row: IntTensor) -> String {
        vocabulary.tokens(of: row.scalars.map(Int.init)).joined()
      }
      result[LanguageModelFigures.machine] =
        word(machine.inputs) == "machin" && word(machine.targets) == "achine" ? 1 : 0

      let training = TokenWindows(text, steps: 32, startingIn: 0..<10_000)
      let validation = TokenWindows(text, steps: 32, startingIn: 10_000..<15_000)
      result[LanguageModelFigures.trainingBatches] = Double(
        DataLoader(training, batchSize: 1024, shuffle: true).batchCount)
      result[LanguageModelFigures.validationBatches] = Double(
        DataLoader(validation, batchSize: 1024).batchCount)
      result[LanguageModelFigures.shifted] = shareShifted(
        DataLoader(training, batchSize: 1024, shuffle: true))

      var stream = RandomSource.current.makeStream()
      let offset = Int.random(in: 0..<32, using: &stream)
      result[LanguageModelFigures.unseenRandom] = uncovered(
        text, DataLoader(.partition(text, steps: 32, offset: offset), batchSize: 2, shuffle: true))
      let sequential = DataLoader(
        TokenWindows.sequential(text, steps: 32, batchSize: 2, offset: offset), batchSize: 2)
      result[LanguageModelFigures.unseenSequential] = uncovered(text, sequential)
      result[LanguageModelFigures.goingOnSequential] = shareGoingOn(sequential)
      result[LanguageModelFigures.goingOnRandom] = shareGoingOn(
        DataLoader(.partition(text, steps: 32, offset: offset), batchSize: 2, shuffle: true))

      let example = DataLoader(TokenWindows(text, steps: 10), batchSize: 2, shuffle: true)
        .first { _ in true }!
      result.notes = (0..<2).map { row in
        .row(["inputs": word(example.inputs[row]), "targets": word(example.targets[row])])
      }
      return result
    }
  }
}

private typealias Windows = DataLoader<TokenWindows>

/// The share of targets that are the inputs one step later.
private func shareShifted(_ windows: Windows) -> Double {
  let rows = windows.flatMap { batch in
    (0..<batch.inputs.shape[0]).map { row in
      batch.inputs[row].scalars.dropFirst() == batch.targets[row].scalars.dropLast()
    }
  }
  return Double(rows.count { $0 }) / Double(rows.count)
}

/// The number of tokens of `text` in no window of an epoch.
private func uncovered(_ text: [Int], _ windows: Windows) -> Double {
  Double(text.count - windows.map(\.inputs.count).reduce(0, +))
}

/// The fraction of rows whose next batch begins with the last target of this one.
private func shareGoingOn(_ windows: Windows) -> Double {
  let batches = Array(windows)
  let rows = zip(batches, batches.dropFirst()).flatMap { before, after in
    (0..<after.inputs.shape[0]).map { row in
      before.targets[row].scalars.last == after.inputs[row].scalars.first
    }
  }
  return Double(rows.count { $0 }) / Double(rows.count)
}
