import Foundation
import GannetData
import GannetTensor
import TestSupport
import Testing

struct TokenWindowsTests {
  private let tokens = Array(0..<35)

  @Test func targetsAreTheInputsShiftedByOne() {
    let windows = TokenWindows(tokens, steps: 5)
    #expect(windows.count == 30)
    let batch = windows.batch(at: [0, 29])
    #expect(batch.inputs == IntTensor([0, 1, 2, 3, 4, 29, 30, 31, 32, 33], shape: [2, 5]))
    #expect(batch.targets == IntTensor([1, 2, 3, 4, 5, 30, 31, 32, 33, 34], shape: [2, 5]))
    #expect(TokenWindows(tokens, steps: 5, startingIn: 10..<15).count == 5)
  }

  @Test(arguments: 0..<5) func partitionsCoverTheTextOnce(offset: Int) {
    let windows = TokenWindows.partition(tokens, steps: 5, offset: offset)
    let seen = windows.batch(at: Array(0..<windows.count)).inputs.scalars
    #expect(seen == (0..<seen.count).map { Int32($0 + offset) })
    #expect(seen.count > 34 - offset - 5)
  }

  @Test(arguments: [0, 3]) func rowsGoOnFromBatchToBatch(offset: Int) {
    let windows = TokenWindows.sequential(tokens, steps: 5, batchSize: 2, offset: offset)
    let batches = DataLoader(windows, batchSize: 2).map(\.inputs)
    #expect(batches.count == 3)
    for (before, after) in zip(batches, batches.dropFirst()) {
      for row in 0..<2 { #expect(after[row].scalars[0] == before[row].scalars[4] + 1) }
    }
    #expect(batches[0][0].scalars[0] == Int32(offset))
  }

  @Test func mistakesAreNamed() async {
    let short = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = TokenWindows([1, 2, 3], steps: 3)
    }
    expectMessage(short, "TokenWindows: 3 tokens are too few for windows of 3 and a target")
    let batch = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = TokenWindows.sequential([1, 2, 3], steps: 2, batchSize: 2)
    }
    expectMessage(batch, "TokenWindows: 3 tokens hold no batch of 2 windows of 2")
  }

  @Test func seriesBecomeExamples() {
    let set = TensorDataset(autoregressing: [1, 2, 3, 4, 5], order: 2)
    let batch = set.batch(at: [0, 2])
    #expect(batch.inputs.scalars == [1, 2, 3, 4] && batch.inputs.shape == [2, 2])
    #expect(batch.targets.scalars == [3, 5] && batch.targets.shape == [2, 1])
  }
}
