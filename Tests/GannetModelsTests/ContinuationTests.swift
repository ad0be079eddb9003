import Foundation
import GannetModels
import GannetNN
import GannetTensor
import TestSupport
import Testing

@Suite struct ContinuationTests {
  @Test func itEqualsRereadingTheWholeText() {
    withRandomSeed(1) {
      let model = LanguageModel(GRU(9, 16))
      // A model with larger weights, so that its states matter.
      for parameter in model.parameters { parameter.value = (parameter.value * 6).detached() }
      var text = [3, 1, 4]
      let written = Array(model.continuation(of: text).prefix(12))
      for token in written {
        let all = IntTensor(text).reshaped(to: [text.count, 1])
        let last = model.evaluating { model(all).logits[-1].flattened().scalars }
        #expect(last.indices.max { last[$0] < last[$1] } == token)
        text.append(token)
      }
      #expect(Set(written).count > 1)
    }
  }

  @Test func chanceFollowsTheSeed() {
    let model = withRandomSeed(2) { LanguageModel(LSTM(20, 8)) }
    func tokens(seed: UInt64) -> [Int] {
      withRandomSeed(seed) {
        Array(model.continuation(of: [0], choosing: .sampling()).prefix(20))
      }
    }
    #expect(tokens(seed: 5) == tokens(seed: 5))
    #expect(tokens(seed: 5) != tokens(seed: 6))
  }

  /// In a process of its own: 100,000 tokens take no more memory than the first 1,000. Under a sanitizer,
  /// whose quarantine grows with all that was ever freed, only tensors are counted, over fewer tokens.
  @Test func aLongTextTakesNoMoreMemory() async {
    await #expect(processExitsWith: .success) {
      func residentPages() throws -> Int {
        let text = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
        return Int(text.split(separator: " ")[1])!
      }
      var text = LanguageModel(LSTM(28, 32, layers: 2)).continuation(of: [1, 2, 3])
      for _ in 0..<1_000 { _ = text.next() }
      let before = (pages: try residentPages(), tensors: BufferPool.statistics.liveBytes)
      for _ in 0..<(Sanitizers.isActive ? 9_000 : 99_000) { _ = text.next() }
      #expect(BufferPool.statistics.liveBytes == before.tensors)
      if !Sanitizers.isActive {
        let growth = try residentPages() - before.pages
        #expect(growth < 256, "pages")
      }
    }
  }

  @Test func anEmptyPrefixStops() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = LanguageModel(RNN(5, 4)).continuation(of: [])
    }
    expectMessage(result, "continuation: the prefix is empty")
  }
}
