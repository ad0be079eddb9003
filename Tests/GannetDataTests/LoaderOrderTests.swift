import GannetData
import Testing

/// The orders that `scripts/references/loading.py` computes, by which PyTorch's trainings see Gannet's
/// batches.
@Suite("Orders of shuffled loaders equal those of the scripts in Python")
struct LoaderOrderTests {
  /// The indices of the examples, batch by batch.
  private struct Indices: Dataset {
    let count: Int
    func batch(at indices: [Int]) -> sending [Int] { indices }
  }

  private func epochs(
    _ count: Int, batchSize: Int, seed: UInt64, bucketedBy lengths: [Int]? = nil, epochs: Int
  ) -> [[[Int]]] {
    let loader = DataLoader(
      Indices(count: count), batchSize: batchSize, shuffle: true, seed: seed, bucketedBy: lengths)
    return (0..<epochs).map { _ in Array(loader) }
  }

  @Test("A shuffle, in the first epoch and in a later one")
  func shuffled() {
    let ten = epochs(10, batchSize: 10, seed: 7, epochs: 4).map { $0[0] }
    #expect(ten[0] == [5, 1, 9, 0, 2, 3, 6, 7, 8, 4])
    #expect(ten[3] == [6, 8, 1, 4, 0, 3, 2, 5, 7, 9])
    let hundred = epochs(100, batchSize: 12, seed: 5, epochs: 3)
    #expect(hundred[2][0] == [2, 59, 16, 81, 46, 71, 22, 33, 40, 49, 10, 77])
  }

  @Test("Buckets: one pool with a smaller last batch, and several pools")
  func bucketed() {
    let few = (0..<23).map { $0 * $0 * 7 % 11 }
    #expect(
      epochs(23, batchSize: 4, seed: 7, bucketedBy: few, epochs: 2)[1] == [
        [7, 18, 4, 9], [0, 22, 11, 15], [8, 14, 3, 17], [10, 1, 12, 19], [20, 13, 2, 21],
        [6, 5, 16],
      ])
    let many = (0..<1_000).map { $0 * 37 % 41 }
    let third = epochs(1_000, batchSize: 4, seed: 3, bucketedBy: many, epochs: 3)[2]
    #expect(
      third.prefix(5) == [
        [52, 790, 11, 626], [647, 155, 278, 196], [528, 651, 364, 200], [17, 878, 550, 140],
        [646, 564, 236, 400],
      ])
    #expect(third.last == [338, 543, 389, 143])
  }

  @Test("Buckets without a shuffle come by length")
  func byLength() {
    let lengths = (0..<23).map { $0 * $0 * 7 % 11 }
    let loader = DataLoader(Indices(count: 23), batchSize: 4, bucketedBy: lengths)
    #expect(
      Array(loader) == [
        [0, 11, 22, 4], [7, 15, 18, 2], [9, 13, 20, 1], [10, 12, 21, 3], [8, 14, 19, 5],
        [6, 16, 17],
      ])
  }
}
