import GannetData
import GannetTensor
import TestSupport
import Testing

@Suite struct BucketTests {
  private let lengths = (0..<1_003).map { $0 * 7_919 % 40 + 1 }

  /// The indices of the examples, batch by batch.
  private struct Indices: Dataset {
    let count: Int
    func batch(at indices: [Int]) -> sending [Int] { indices }
  }

  private func loader(
    batchSize: Int = 4, shuffle: Bool = true, seed: UInt64 = 1, dropLast: Bool = false
  ) -> DataLoader<Indices> {
    DataLoader(
      Indices(count: lengths.count), batchSize: batchSize, shuffle: shuffle, seed: seed,
      bucketedBy: lengths, dropLast: dropLast)
  }

  @Test func batchesHaveSimilarLengths() {
    let loader = loader()
    let (first, second) = (Array(loader), Array(loader))
    for epoch in [first, second] {
      #expect(epoch.joined().sorted() == Array(0..<1_003))
      #expect(epoch.map(\.count) == [Int](repeating: 4, count: 250) + [3])
      // The padding that the batches need, of what those of random examples need.
      let padding = epoch.reduce(0) { sum, batch in
        let own = batch.map { lengths[$0] }
        return sum + own.max()! * own.count - own.reduce(0, +)
      }
      #expect(padding < 1_003 * 20 / 20)
      // Short and long batches are mixed.
      let firsts = epoch.map { lengths[$0[0]] }
      #expect(firsts != firsts.sorted())
    }
    #expect(first != second)
    #expect(Set(first.map { Set($0) }) != Set(second.map { Set($0) }))
    #expect(Array(self.loader()) == first && Array(self.loader(seed: 2)) != first)
    #expect(Array(self.loader(dropLast: true)) == first.dropLast())
  }

  @Test func withoutShufflingTheyComeFromShortToLong() {
    let order = loader(shuffle: false).flatMap { $0 }
    #expect(order.map { lengths[$0] } == lengths.sorted())
  }

  @Test func aResumedEpochGoesOn() {
    let (whole, part) = (Array(loader()), loader())
    let iterator = part.makeIterator()
    for _ in 0..<5 { _ = iterator.next() }
    let state = part.batchState
    let resumed = loader(seed: 9)
    #expect(resumed.canGoOn(from: state))
    resumed.batchState = state
    #expect(Array(resumed) == Array(whole[5...]))
    // Another batch size has other batches, and so has a loader without buckets.
    #expect(!loader(batchSize: 2).canGoOn(from: state))
    let plain = DataLoader(Indices(count: 1_003), batchSize: 4, shuffle: true, seed: 1)
    #expect(!plain.canGoOn(from: state) && !loader().canGoOn(from: stateInEpoch(of: plain)))
  }

  private func stateInEpoch(of loader: DataLoader<Indices>) -> BatchState {
    let iterator = loader.makeIterator()
    _ = iterator.next()
    return loader.batchState
  }

  @Test func missingLengthsStop() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = DataLoader(Indices(count: 3), batchSize: 2, bucketedBy: [1, 2]) }
    expectMessage(result, "DataLoader: 2 lengths of 3 examples")
  }
}
