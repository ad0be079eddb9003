import GannetData
import GannetNN
import GannetTensor
import GannetTraining
import TestSupport
import Testing

/// Texts that a model writes.
@Suite struct TextTests {
  @Test func itGoesOnFromItsPrefix() {
    let vocabulary = Vocabulary(["a", "b", "c", "d", "e"])
    let model = NextLetter(tokens: vocabulary.count)
    #expect(model.text(after: "ab", count: 3, in: vocabulary) == "abcde")
    // The prefix is read whole, then each choice but the last.
    #expect(model.readBefore == [0, 2, 3])
    #expect(model.text(after: "a", in: vocabulary).unicodeScalars.count > 20)
  }

  @Test func wordsHaveSpacesBetween() {
    let vocabulary = Vocabulary(["one", "three", "two"])
    let model = NextLetter(tokens: vocabulary.count)
    let text = model.text(after: "one three", count: 1, in: vocabulary, tokenizer: .words)
    #expect(text == "one three two")
  }
}

/// Always the token after the last, by number; its state is how many it has read.
private final class NextLetter: NextTokenModel {
  private let tokens: Int
  /// The states that it was given.
  private(set) var readBefore: [Int] = []

  init(tokens: Int) { self.tokens = tokens }

  func callAsFunction(_ read: IntTensor, state: Int?) -> (logits: Tensor, state: Int) {
    readBefore.append(state ?? 0)
    let next = IntTensor(read.scalars.map { (Int($0) + 1) % tokens }).reshaped(to: read.shape)
    return (Tensor(oneHot: next, classCount: tokens), (state ?? 0) + read.shape[0])
  }
}
