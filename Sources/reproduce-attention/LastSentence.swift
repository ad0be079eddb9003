import Gannet
import Reproduction

/// The last of the book's four sentences, and its translation by a model as the decoder reads it.
struct LastSentence {
  /// `[1, S]`.
  let source: IntTensor
  /// The number of tokens that are not padding, `[1]`.
  let lengths: IntTensor
  /// The token `<bos>` and the translation, `[1, T]`.
  let target: IntTensor
  /// The tokens of the source that are not padding.
  let sourceTokens: [String]
  /// The tokens that the decoder reads.
  let readTokens: [String]
  /// The tokens that the decoder writes after those, the last one `<eos>`.
  let writtenTokens: [String]

  init<E: SequenceEncoder, D: SequenceDecoder>(
    of task: TranslationTask, by model: EncoderDecoder<E, D>
  ) {
    let (tokens, counts) = task.sources
    source = tokens.sliced(3..<4, along: 0)
    lengths = counts.sliced(3..<4, along: 0)
    let translation = task.greedy(model, source, lengths)[0]
    let read = [task.pairs.targetVocabulary[Vocabulary.beginning]] + translation
    target = IntTensor(read).reshaped(to: [1, read.count])
    sourceTokens = task.pairs.sourceVocabulary.tokens(
      of: source.scalars.prefix(Int(lengths.scalars[0])).map { Int($0) })
    let words = task.pairs.targetTokens(of: translation)
    readTokens = [Vocabulary.beginning] + words
    writtenTokens = words + [Vocabulary.end]
  }

  /// The number of the source's tokens that are not padding.
  var length: Int { sourceTokens.count }
}
