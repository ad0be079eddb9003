import GannetData
import GannetTensor
import TestSupport
import Testing

@Suite struct TranslationSetTests {
  private let pairs = SentencePairs(
    sources: [["a", "b", "."], ["a", "."], ["b", "b", "b", "b", "."]],
    targets: [["x", "."], ["y", "x", "y", "."], ["x"]])

  /// The sizes and indices of the book's section 10.5.
  @Test func theBooksVocabulariesAndBatches() throws {
    guard let data = try? EnglishFrench(limit: 641), data.fallback == nil else { return }
    #expect(data.pairs.count == 641)
    #expect(data.pairs.sources[0] == ["go", "."] && data.pairs.targets[1] == ["salut", "!"])
    #expect(data.pairs.sources[640] == ["i", "said", "no", "."])
    let set = TranslationSet(data.pairs, steps: 9)
    #expect(set.sourceVocabulary.count == 194 && set.targetVocabulary.count == 214)
    #expect(
      set.sourceVocabulary.tokens.prefix(6) == ["!", ",", ".", "<eos>", "<pad>", "<unk>"])
    #expect(
      set.targetVocabulary.tokens.prefix(7)
        == ["!", ",", ".", "<bos>", "<eos>", "<pad>", "<unk>"])
    let unknown = { (rows: Range<Int>) -> Double in
      let labels = set.batch(at: Array(rows)).labels.scalars.filter { $0 != 5 }
      return Double(labels.count { $0 == 6 }) / Double(labels.count)
    }
    #expect(abs(unknown(0..<512) - 0.14) < 0.01 && abs(unknown(512..<641) - 0.10) < 0.01)
    let batch = set.batch(at: [0, 640])
    #expect(batch.sourceLengths.scalars == [3, 5])
    let go = Int32(set.sourceVocabulary["go"])
    #expect(batch.source[0].scalars == [go, 2, 3, 4, 4, 4, 4, 4, 4])
    let va = Int32(set.targetVocabulary["va"])
    #expect(batch.target[0].scalars == [3, va, 0, 4, 5, 5, 5, 5, 5])
    #expect(batch.labels[0].scalars == [va, 0, 4, 5, 5, 5, 5, 5, 5])
  }

  @Test func sequencesAreTrimmedAndPadded() {
    let set = TranslationSet(pairs, steps: 4)
    // Of the third source only b b b b is left; <eos> twice, "." twice.
    #expect(set.sourceVocabulary.tokens == [".", "<eos>", "<pad>", "<unk>", "a", "b"])
    #expect(set.targetVocabulary.tokens == [".", "<bos>", "<eos>", "<pad>", "<unk>", "x", "y"])
    let batch = set.batch(at: [0, 1, 2])
    #expect(batch.source == IntTensor([4, 5, 0, 1, 4, 0, 1, 2, 5, 5, 5, 5], shape: [3, 4]))
    #expect(batch.sourceLengths.scalars == [4, 3, 4])
    #expect(batch.labels == IntTensor([5, 0, 2, 3, 6, 5, 6, 0, 5, 2, 3, 3], shape: [3, 4]))
    #expect(batch.target == IntTensor([1, 5, 0, 2, 1, 6, 5, 6, 1, 5, 2, 3], shape: [3, 4]))
    #expect(set.tokenCounts == [7, 7, 6] && batch.count == 3)
  }

  @Test func batchesOfTheirOwnLength() {
    let set = TranslationSet(pairs, steps: 9, minimumFrequency: 1, padding: .toLongest)
    #expect(set.batch(at: [1]).source.shape == [1, 3])
    #expect(set.batch(at: [1]).labels.shape == [1, 5])
    #expect(set.batch(at: [0, 2]).source.shape == [2, 6])
    #expect(set.batch(at: [0, 2]).target.shape == [2, 3])
  }

  @Test func sentencesToTranslateAndTheirTranslations() {
    let set = TranslationSet(pairs, steps: 4)
    let (tokens, lengths) = set.sources(of: [["a", "c"], ["a", "a", "a", "a", "b"], []])
    #expect(tokens == IntTensor([4, 3, 1, 2, 4, 4, 4, 4, 1, 2, 2, 2], shape: [3, 4]))
    #expect(lengths.scalars == [3, 4, 1])
    #expect(set.targetTokens(of: [5, 0, 2, 6]) == ["x", "."])
    let other = TranslationSet(
      pairs[0..<1], steps: 4, sourceVocabulary: set.sourceVocabulary,
      targetVocabulary: set.targetVocabulary)
    #expect(other.batch(at: [0]).source == set.batch(at: [0]).source)
  }

  @Test func mistakesStop() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let pairs = SentencePairs(sources: [["a"]], targets: [["b"]])
      _ = TranslationSet(pairs, steps: 3, targetVocabulary: Vocabulary(["b"]))
    }
    expectMessage(result, "TranslationSet: the vocabulary has no <eos>")
    let uneven = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = SentencePairs(sources: [["a"]], targets: []) }
    expectMessage(uneven, "SentencePairs: 1 sources, but 0 targets")
  }
}
