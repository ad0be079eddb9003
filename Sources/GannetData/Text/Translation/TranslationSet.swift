import GannetTensor

extension Vocabulary {
  /// The token that fills sequences up to a common length.
  public static let padding = "<pad>"
  /// The token before the first one of a sequence to be generated.
  public static let beginning = "<bos>"
  /// The token behind the last one of a sequence.
  public static let end = "<eos>"
}

/// A batch of pairs of sequences, as token indices.
public struct TranslationBatch {
  /// The sequences to translate, `[N, S]`, ended by `<eos>` and padded.
  public var source: IntTensor
  /// The number of tokens of each source that are not padding, `[N]`.
  public var sourceLengths: IntTensor
  /// The decoder's input, `[N, T]`: the translations behind `<bos>`.
  public var target: IntTensor
  /// The tokens to predict, `[N, T]`: the translations, ended by `<eos>` and padded.
  public var labels: IntTensor

  /// Makes a batch of sentence pairs.
  public init(
    source: IntTensor, sourceLengths: IntTensor, target: IntTensor, labels: IntTensor
  ) {
    self.source = source
    self.sourceLengths = sourceLengths
    self.target = target
    self.labels = labels
  }

  /// The number of pairs, N.
  public var count: Int { source.shape[0] }
}

/// A data set of sentence pairs as token indices, trimmed to a number of steps and padded (Dive into
/// Deep Learning, section 10.5.3).
///
///     let pairs = try EnglishFrench(limit: 641).pairs
///     let set = TranslationSet(pairs, steps: 9)  // vocabularies of 194 and 214 tokens
///     let training = DataLoader(Subset(set, indices: 0..<512), batchSize: 128, shuffle: true)
///
/// Each sentence is ended by `<eos>`, then trimmed, so a long one loses its end.
public struct TranslationSet: Dataset {
  /// The length to which a batch is padded.
  public enum Padding: Hashable, Sendable {
    /// All steps, so that all batches have one shape.
    case toSteps
    /// The longest sequence of the batch, sources and targets apart.
    case toLongest
  }

  /// The vocabulary of the sources, with `<eos>`, `<pad>` and `<unk>`.
  public let sourceVocabulary: Vocabulary
  /// The vocabulary of the targets, with `<bos>`, `<eos>`, `<pad>` and `<unk>`.
  public let targetVocabulary: Vocabulary
  /// The largest number of tokens of a sequence, `<eos>` included.
  public let steps: Int
  /// The length to which batches are padded.
  public let padding: Padding

  private let sources: [[Int32]]
  private let targets: [[Int32]]

  /// Makes a set of all pairs.
  ///
  /// Stops where `steps` is below 1 or a given vocabulary lacks a reserved token.
  ///
  /// - Parameters:
  ///   - pairs: The sentences.
  ///   - steps: The largest number of tokens of a sequence, `<eos>` included.
  ///   - minimumFrequency: The number of occurrences in the trimmed sentences from which on a token
  ///     is known; 2 by default.
  ///   - sourceVocabulary: The vocabulary of the sources, such as that of a training set; by default
  ///     that of the tokens of `pairs`.
  ///   - targetVocabulary: The vocabulary of the targets, likewise.
  ///   - padding: The length to which batches are padded; by default all steps.
  public init(
    _ pairs: SentencePairs, steps: Int, minimumFrequency: Int = 2,
    sourceVocabulary: Vocabulary? = nil, targetVocabulary: Vocabulary? = nil,
    padding: Padding = .toSteps
  ) {
    guard steps > 0 else { fail("TranslationSet: \(steps) steps, expected at least 1") }
    self.steps = steps
    self.padding = padding
    func indexed(
      _ sentences: [[String]], _ given: Vocabulary?, reserved: [String]
    ) -> (Vocabulary, [[Int32]]) {
      let trimmed = sentences.map { Array(($0 + [Vocabulary.end]).prefix(steps)) }
      let vocabulary =
        given
        ?? Vocabulary(
          trimmed.joined(), minimumFrequency: minimumFrequency, reserved: reserved)
      for token in reserved where !vocabulary.contains(token) {
        fail("TranslationSet: the vocabulary has no \(token)")
      }
      return (vocabulary, trimmed.map { $0.map { Int32(vocabulary[$0]) } })
    }
    let reserved = [Vocabulary.end, Vocabulary.padding]
    (self.sourceVocabulary, sources) = indexed(
      pairs.sources, sourceVocabulary, reserved: reserved)
    (self.targetVocabulary, targets) = indexed(
      pairs.targets, targetVocabulary, reserved: reserved + [Vocabulary.beginning])
  }

  public var count: Int { sources.count }

  /// The number of tokens of each pair, of both sides together: what a `DataLoader` is bucketed by.
  ///
  ///     DataLoader(set, batchSize: 64, shuffle: true, bucketedBy: set.tokenCounts)
  public var tokenCounts: [Int] { zip(sources, targets).map { $0.count + $1.count } }

  public func batch(at indices: [Int]) -> sending TranslationBatch {
    checkIndices(indices)
    let sources = indices.map { self.sources[$0] }
    let targets = indices.map { self.targets[$0] }
    let labels = padded(targets, targetVocabulary)
    let begin = Int32(targetVocabulary[Vocabulary.beginning])
    let steps = labels.shape[1]
    let target = (0..<labels.shape[0]).flatMap { row in
      [begin] + labels.scalars[row * steps..<(row + 1) * steps].dropLast()
    }
    return TranslationBatch(
      source: padded(sources, sourceVocabulary),
      sourceLengths: IntTensor(sources.map { Int32($0.count) }),
      target: IntTensor(target, shape: labels.shape), labels: labels)
  }

  /// The batch of sentences to translate, as token indices `[N, steps]`, and the number of tokens of
  /// each that are not padding, `[N]`. Tokens of the set's vocabulary stay, others are `<unk>`; a
  /// long sentence loses its end.
  public func sources(
    of sentences: [[String]]
  ) -> (tokens: IntTensor, lengths: IntTensor) {
    let rows = sentences.map { sentence in
      (sentence + [Vocabulary.end]).prefix(steps).map { Int32(sourceVocabulary[$0]) }
    }
    return (padded(rows, sourceVocabulary), IntTensor(rows.map { Int32($0.count) }))
  }

  /// The target tokens at `indices` before the first `<eos>`.
  public func targetTokens(of indices: some Sequence<Int>) -> [String] {
    let end = targetVocabulary[Vocabulary.end]
    return targetVocabulary.tokens(of: indices.prefix { $0 != end })
  }

  /// Sequences as one tensor, `[N, T]`, filled up with `<pad>`.
  private func padded(_ rows: [[Int32]], _ vocabulary: Vocabulary) -> IntTensor {
    let length = padding == .toSteps ? steps : rows.map(\.count).max() ?? 0
    let pad = Int32(vocabulary[Vocabulary.padding])
    let scalars = rows.flatMap { row in
      row + [Int32](repeating: pad, count: length - row.count)
    }
    return IntTensor(scalars, shape: [rows.count, length])
  }
}
