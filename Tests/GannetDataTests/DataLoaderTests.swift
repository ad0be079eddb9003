import Foundation
import GannetData
import GannetTensor
import Synchronization
import TestSupport
import Testing

struct DataLoaderTests {
  /// A set whose example i has feature i and label i.
  private func numbers(_ count: Int) -> TensorDataset<Tensor, IntTensor> {
    TensorDataset(
      features: Tensor((0..<count).map(Float.init), shape: [count, 1]),
      labels: IntTensor((0..<count).map(Int32.init)))
  }

  private func labels(_ loader: DataLoader<TensorDataset<Tensor, IntTensor>>) -> [[Int32]] {
    loader.map { batch in
      #expect(batch.features.scalars == batch.labels.scalars.map(Float.init))
      return batch.labels.scalars
    }
  }

  @Test(arguments: [0, 1, 2, 100])
  func inOrder(prefetch: Int) {
    let loader = DataLoader(numbers(10), batchSize: 4, prefetch: prefetch)
    #expect(loader.batchCount == 3)
    for _ in 0..<3 {
      #expect(labels(loader) == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]])
    }
    let full = DataLoader(numbers(10), batchSize: 4, dropLast: true, prefetch: prefetch)
    #expect(full.batchCount == 2)
    #expect(labels(full) == [[0, 1, 2, 3], [4, 5, 6, 7]])
  }

  /// Batches that take unequal times to make.
  private struct Uneven: Dataset {
    let count = 40
    func batch(at indices: [Int]) throws -> sending Int {
      usleep(UInt32(indices[0] % 4 == 0 ? 4_000 : 200))
      if indices[0] == 33 { throw FileError(.missing, path: "33.png", "cannot open the file") }
      return indices[0]
    }
  }

  /// In order, and an error comes after all batches before it.
  @Test(arguments: 0...4, [1, 2, 9])
  func workersKeepTheOrder(workers: Int, prefetch: Int) throws {
    let loader = DataLoader(Uneven(), batchSize: 1, workers: workers, prefetch: prefetch)
    var batches = loader.makeIterator()
    for number in 0..<33 { #expect(try batches.nextBatch() == number) }
    for _ in 0..<2 {
      let error = #expect(throws: FileError.self) { try batches.nextBatch() }
      #expect(error?.path == "33.png")
    }
    #expect(loader.position == .init(epoch: 0, batch: 33))
  }

  @Test func workersAndPrefetch() {
    #expect(DataLoader(numbers(3), batchSize: 1).prefetch == 2)
    #expect(DataLoader(numbers(3), batchSize: 1, workers: 3).prefetch == 4)
    #expect(DataLoader(numbers(3), batchSize: 1, workers: 0).prefetch == 0)
    for workers in 0...3 {
      let loader = DataLoader(
        numbers(50), batchSize: 8, shuffle: true, seed: 4, workers: workers)
      let reference = DataLoader(numbers(50), batchSize: 8, shuffle: true, seed: 4, prefetch: 0)
      for _ in 0..<2 { #expect(labels(loader) == labels(reference)) }
    }
  }

  @Test func batchAsLargeAsTheSetOrLarger() {
    #expect(labels(DataLoader(numbers(3), batchSize: 3, dropLast: true)) == [[0, 1, 2]])
    #expect(labels(DataLoader(numbers(3), batchSize: 100)) == [[0, 1, 2]])
  }

  @Test func emptySet() {
    let loader = DataLoader(Subset(numbers(3), indices: []), batchSize: 4, shuffle: true)
    #expect(loader.batchCount == 0)
    for _ in 0..<2 { #expect(loader.makeIterator().next() == nil) }
    #expect(loader.position.epoch == 2)
  }

  @Test func shuffled() {
    let loader = DataLoader(numbers(100), batchSize: 32, shuffle: true, seed: 1)
    let epochs = (0..<3).map { _ in labels(loader).flatMap(\.self) }
    for epoch in epochs { #expect(epoch.sorted() == (0..<100).map(Int32.init)) }
    #expect(Set(epochs).count == 3)
    // The order depends on the seed alone, not on batch size and prefetch depth.
    let other = DataLoader(numbers(100), batchSize: 7, shuffle: true, seed: 1, prefetch: 0)
    #expect((0..<3).map { _ in labels(other).flatMap(\.self) } == epochs)
    let another = DataLoader(numbers(100), batchSize: 32, shuffle: true, seed: 2)
    #expect(labels(another).flatMap(\.self) != epochs[0])
  }

  /// A fixed order, to detect changes of the generator.
  @Test func knownOrder() {
    let loader = DataLoader(numbers(10), batchSize: 10, shuffle: true, seed: 0)
    #expect(labels(loader) == [[2, 8, 6, 9, 3, 5, 0, 1, 4, 7]])
    #expect(labels(loader) == [[4, 9, 3, 0, 1, 2, 5, 6, 8, 7]])
  }

  @Test func taskSeed() {
    func order() -> [Int32] {
      labels(DataLoader(numbers(50), batchSize: 50, shuffle: true)).flatMap(\.self)
    }
    let orders = withRandomSeed(3) { [order(), order()] }
    #expect(withRandomSeed(3) { [order(), order()] } == orders)
    #expect(orders[0] != orders[1])
  }

  /// Each position is as likely to get each example: the largest deviation of 100 counts of 400
  /// epochs, chi-squared with 81 degrees of freedom, whose 99.9% quantile is 126.
  @Test func uniform() {
    let loader = DataLoader(numbers(10), batchSize: 10, shuffle: true, seed: 5)
    var counts = [[Double]](repeating: .init(repeating: 0, count: 10), count: 10)
    let epochs = 400.0
    for _ in 0..<Int(epochs) {
      for (position, label) in labels(loader)[0].enumerated() { counts[position][Int(label)] += 1 }
    }
    let expected = epochs / 10
    let chiSquared = counts.joined().reduce(0) { $0 + ($1 - expected) * ($1 - expected) / expected }
    #expect(chiSquared < 126)
  }

  @Test(arguments: [0, 2])
  func resumes(prefetch: Int) throws {
    func make() -> DataLoader<TensorDataset<Tensor, IntTensor>> {
      DataLoader(numbers(50), batchSize: 8, shuffle: true, seed: 4, prefetch: prefetch)
    }
    let whole = make()
    let epochs = (0..<3).map { _ in labels(whole) }
    for epoch in 0..<2 {
      for batch in 0...7 {
        let interrupted = make()
        for _ in 0..<epoch { _ = labels(interrupted) }
        let iterator = interrupted.makeIterator()
        for _ in 0..<batch { _ = iterator.next() }
        #expect(interrupted.position == .init(epoch: epoch, batch: batch))
        let file = try JSONEncoder().encode(interrupted.position)

        let resumed = make()
        #expect(resumed.underestimatedCount == 7)
        resumed.position = try JSONDecoder().decode(
          DataLoader<TensorDataset<Tensor, IntTensor>>.Position.self, from: file)
        #expect(resumed.underestimatedCount == 7 - batch)
        #expect(labels(resumed) == Array(epochs[epoch][batch...]))
        #expect(labels(resumed) == epochs[epoch + 1])
      }
    }
  }

  @Test func abandonedIterationCountsAsItsEpoch() {
    let whole = DataLoader(numbers(50), batchSize: 8, shuffle: true, seed: 4)
    _ = labels(whole)
    let second = labels(whole)
    let loader = DataLoader(numbers(50), batchSize: 8, shuffle: true, seed: 4)
    for _ in loader { break }
    #expect(loader.position == .init(epoch: 0, batch: 1))
    #expect(loader.underestimatedCount == 7)
    #expect(labels(loader) == second)
    #expect(loader.position == .init(epoch: 2))
  }

  @Test func iteratorAfterItsEnd() {
    let loader = DataLoader(numbers(3), batchSize: 2)
    let iterator = loader.makeIterator()
    for _ in 0..<2 { #expect(iterator.next() != nil) }
    for _ in 0..<3 { #expect(iterator.next() == nil) }
    #expect(loader.position == .init(epoch: 1))
  }

  /// A set that counts its requested batches.
  private struct Counting: Dataset {
    final class Log: Sendable { let batches = Atomic(0) }
    let log = Log()
    let count = 1_000
    func batch(at indices: [Int]) -> sending Int {
      log.batches.add(1, ordering: .sequentiallyConsistent)
      return indices[0]
    }
  }

  private func eventually(_ condition: () -> Bool) -> Bool {
    for _ in 0..<2_000 {
      if condition() { return true }
      usleep(1_000)
    }
    return false
  }

  @Test(arguments: [1, 2, 3, 5])
  func prefetchIsBounded(workers: Int) {
    let set = Counting()
    let iterator = DataLoader(set, batchSize: 1, workers: workers, prefetch: 3).makeIterator()
    #expect(iterator.next() == 0)
    #expect(eventually { set.log.batches.load(ordering: .sequentiallyConsistent) == 4 })
    usleep(20_000)
    #expect(set.log.batches.load(ordering: .sequentiallyConsistent) == 4)
    #expect(iterator.next() == 1)
    #expect(eventually { set.log.batches.load(ordering: .sequentiallyConsistent) == 5 })
  }

  @Test(arguments: 1...3)
  func abandonedThreadsEnd(workers: Int) {
    weak var log: Counting.Log?
    do {
      let set = Counting()
      log = set.log
      for batch in DataLoader(set, batchSize: 1, workers: workers) where batch == 5 { break }
      _ = DataLoader(set, batchSize: 1, workers: workers).makeIterator()
    }
    // The threads hold the set until they end.
    #expect(eventually { log == nil })
  }

  /// In a process of its own, since all tests share the pool.
  @Test func buffersAreReused() async {
    await #expect(processExitsWith: .success) {
      let set = ImageDataset(
        pixels: .init(repeating: 1, count: 784 * 2_000), labels: .init(repeating: 0, count: 2_000),
        channels: 1, height: 28, width: 28, classNames: ["a"])
      let loader = DataLoader(set, batchSize: 100)
      for _ in loader {}
      let before = BufferPool.statistics
      for _ in 0..<5 { for _ in loader {} }
      let after = BufferPool.statistics
      // At most the memory of a few more batches in flight, 0.3 MB each.
      #expect(
        after.liveBytes + after.cachedBytes <= before.liveBytes + before.cachedBytes + 1_500_000)
    }
  }

  @Test func mistakes() async {
    expectMessage(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        let set = TensorDataset(features: Tensor(zeros: [4, 3]), targets: Tensor(zeros: [4]))
        _ = DataLoader(set, batchSize: 5, dropLast: true)
      }, "DataLoader: 4 examples make no full batch of 5; take a smaller batch")
    expectMessage(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        let set = TensorDataset(features: Tensor(zeros: [4, 3]), targets: Tensor(zeros: [4]))
        _ = DataLoader(set, batchSize: 0)
      }, "DataLoader: batch size 0, 1 workers, prefetch 2; expected at least 1, 0 and 0")
    expectMessage(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        let set = TensorDataset(features: Tensor(zeros: [4, 3]), targets: Tensor(zeros: [4]))
        DataLoader(set, batchSize: 2).position = .init(epoch: 0, batch: 3)
      }, "is not within an epoch of 2 batches")
  }

  /// A position counts examples: another loader resumes after the same ones, or not at all.
  @Test(
    arguments: [
      // batch size, batch, count of the old; batch size, count of the new; its batch
      (16, 3, 96, 16, 96, 3), (16, 3, 96, 48, 96, 1), (16, 3, 96, 24, 96, 2),
      (16, 3, 96, 32, 96, nil),
      (16, 6, 96, 36, 96, 3), (16, 7, 100, 30, 100, 4), (16, 0, 96, 7, 50, 0),
      (16, 3, 96, 16, 97, nil),
      (16, 7, 96, 16, 96, nil), (0, 3, 96, 16, 96, nil), (16, -1, 96, 16, 96, nil),
      (.max, 1, 96, 16, 96, 6), (16, .max, 96, 16, 96, nil), (nil, 3, nil, 32, 96, 3),
      (nil, 4, nil, 32, 96, nil),
    ] as [(Int?, Int, Int?, Int, Int, Int?)])
  func otherSizes(_ size: Int?, _ batch: Int, _ count: Int?, _ own: Int, _ set: Int, _ goal: Int?) {
    let loader = DataLoader(numbers(set), batchSize: own)
    let state = BatchState(
      epoch: 1, batch: batch, stream: nil, batchSize: size, exampleCount: count)
    #expect(loader.canGoOn(from: state) == (goal != nil))
    guard let goal else { return }
    loader.batchState = state
    #expect(loader.position == .init(epoch: 1, batch: goal))
    #expect(
      loader.batchState.batchSize == own && loader.batchState.exampleCount == set)
  }

  @Test func otherOrder() {
    let shuffled = DataLoader(numbers(96), batchSize: 16, shuffle: true, seed: 1)
    let ordered = DataLoader(numbers(96), batchSize: 16)
    for (first, second) in [(shuffled, ordered), (ordered, shuffled)] {
      first.position = .init(epoch: 0, batch: 2)
      #expect(!second.canGoOn(from: first.batchState))
      first.position = .init(epoch: 1, batch: 0)
      #expect(second.canGoOn(from: first.batchState))
    }
  }
}
