import GannetTensor
import TestSupport
import Testing

@Suite struct ParallelForTests {
  @Test(arguments: [(0, 3), (1, 3), (3, 3), (10, 3), (1_000, 7)])
  func everyIndexComesOnce(count: Int, chunkSize: Int) {
    for threads in 1...3 {
      let visits = onThreads(threads) {
        Tensor(parallel: [count], chunkSize: chunkSize) { range, chunk in
          #expect(range.count == chunk.count && range.lowerBound % chunkSize == 0)
          #expect(range.count == chunkSize || range.upperBound == count)
          for index in range { chunk[index - range.lowerBound] = Float(index) }
        }
      }
      #expect(visits.scalars == (0..<count).map(Float.init))
    }
  }

  @Test func partialSumsAddedInOrderHaveTheSameBits() {
    let values = Tensor(hash: 1, [10_000]).scalars
    func sum() -> Float {
      let partial = Tensor(parallel: [100], chunkSize: 1) { range, chunk in
        let part = values[range.lowerBound * 100..<range.upperBound * 100]
        chunk[0] = part.reduce(0, +)
      }
      return partial.scalars.reduce(0, +)
    }
    let one = onThreads(1, sum)
    #expect(onThreads(2, sum) == one && onThreads(3, sum) == one)
  }

  @Test func aCallInsideRunsToo() {
    let result = Tensor(parallel: [4, 100], chunkSize: 100) { _, row in
      let start = row.baseAddress!
      parallelFor(100, chunkSize: 10) { for index in $0 { start[index] = Float(index) } }
    }
    #expect(result.scalars == (0..<400).map { Float($0 % 100) })
  }

  @Test func impossibleChunksStop() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      parallelFor(3, chunkSize: 0) { _ in }
    }
    expectMessage(result, "parallelFor: 3 indices in chunks of 0, expected at least 0 and 1")
  }
}
