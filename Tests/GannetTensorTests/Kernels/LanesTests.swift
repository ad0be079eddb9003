import GannetTensor
import TestSupport
import Testing

@Suite struct LanesTests {
  @Test(arguments: [0, 1, 5, 8, 9, 1_000], [-1, 0, 1, 3, 8, 100])
  func lanesCoverAllItemsInOrder(items: Int, count: Int) {
    let lanes = Lanes(of: items, count: count)
    #expect((1...Lanes.maximumCount).contains(lanes.count))
    #expect((0..<lanes.count).flatMap { Array(lanes[$0]) } == Array(0..<items))
    let sizes = (0..<lanes.count).map { lanes[$0].count }
    #expect(sizes.max()! - sizes.min()! <= 1)
    for threads in 1...3 {
      let seen = Locked<[Int: Range<Int>]>([:])
      onThreads(threads) { lanes.forEachLane { lane, items in seen.withLock { $0[lane] = items } } }
      #expect(
        seen.withLock { $0 }
          == [Int: Range<Int>](
            uniqueKeysWithValues: (0..<lanes.count).map { ($0, lanes[$0]) }))
    }
  }

  /// A sum in another order would lose the ones beside 2^24.
  @Test func lanesAreAddedInTheirOrder() {
    let large: Float = 16_777_216
    let parts: [Float] = [large, 1, 1, -large]
    #expect(Lanes.total(Tensor(parts, shape: [4, 1]), as: [1]).scalars == [0])
    #expect(Lanes.total(parts.map { Tensor([$0]) }).scalars == [0])
    let reversed = Array(parts.reversed())
    #expect(Lanes.total(Tensor(reversed, shape: [4, 1]), as: [1]).scalars == [2])
    #expect(Lanes.total(reversed.map { Tensor([$0]) }).scalars == [2])
    let start = Tensor([3])
    withExtendedLifetime(start) {
      Lanes.add(Tensor(reversed, shape: [4, 1, 1]), to: start.pointer, stride: 1)
    }
    #expect(start.scalars == [5])
    let sums = LaneSums(lanes: 3, kinds: 2, width: 4)
    for lane in 0..<3 {
      for column in 0..<4 { sums[lane, 1][column] = Double(10 * lane + column) }
    }
    #expect(sums.totals(1) == [30, 33, 36, 39])
    #expect(sums.totals(1, period: 2) == [66, 72])
    #expect(sums.totals(0) == [0, 0, 0, 0])
  }
}
