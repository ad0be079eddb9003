import Gannet
import Reproduction

extension TranslationTask {
  /// The last of the book's four sentences, and what a decoder reads when it writes the translation.
  func lastSentence<E: SequenceEncoder, D: SequenceDecoder>(
    by model: EncoderDecoder<E, D>
  ) -> (source: IntTensor, lengths: IntTensor, target: IntTensor) {
    let (tokens, counts) = sources
    let source = tokens.sliced(3..<4, along: 0)
    let lengths = counts.sliced(3..<4, along: 0)
    let translation = greedy(model, source, lengths)[0]
    let read = [pairs.targetVocabulary[Vocabulary.beginning]] + translation
    return (source, lengths, IntTensor(read).reshaped(to: [1, read.count]))
  }
}
