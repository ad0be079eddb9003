import GannetData
import GannetTensor
import TestSupport
import Testing

/// Nested iterations, failing batches, and random draws of data sets.
struct LoaderIterationTests {
  /// Example i is the number i.
  private struct Numbers: Dataset {
    let count: Int
    func batch(at indices: [Int]) -> sending [Int] { indices }
  }

  @Test(arguments: [0, 1, 2])
  func anIterationWithinAnother(prefetch: Int) {
    func make() -> DataLoader<Numbers> {
      DataLoader(
        Numbers(count: 26), batchSize: 4, shuffle: true, seed: 4, prefetch: prefetch)
    }
    let whole = make()
    let epochs = (0..<3).map { _ in Array(whole) }
    let loader = make()
    for epoch in 0..<3 {
      var batches: [[Int]] = []
      for batch in loader {
        batches.append(batch)
        #expect(Array(loader) == epochs[epoch])
        for _ in loader { break }
        #expect(loader.position == .init(epoch: epoch, batch: batches.count))
        #expect(loader.underestimatedCount == 7)
      }
      #expect(batches == epochs[epoch])
      #expect(loader.position == .init(epoch: epoch + 1))
    }
    #expect(zip(make(), make()).allSatisfy { $0 == $1 })
    let both = make()
    #expect(zip(both, both).count { $0 == $1 } == 7)
    #expect(both.position.epoch == 1)
  }

  @Test func aPositionSetWithinAnIteration() {
    let loader = DataLoader(Numbers(count: 10), batchSize: 1)
    var count = 0
    for _ in loader {
      count += 1
      if count == 3 { loader.position = .init(epoch: 5, batch: 8) }
    }
    #expect(count == 10)
    #expect(loader.position == .init(epoch: 5, batch: 8))
    #expect(Array(loader) == [[8], [9]])
  }

  /// Batches are read from files, of which the third is missing.
  private struct Files: Dataset {
    let count = 10
    func batch(at indices: [Int]) throws -> sending [Int] {
      guard !indices.contains(4) else {
        throw FileError(.missing, path: "photos/4.png", "cannot open the file")
      }
      return indices
    }
  }

  @Test(arguments: [0, 2])
  func aBatchThatCannotBeMade(prefetch: Int) throws {
    let loader = DataLoader(
      Subset(Files(), indices: 0..<10), batchSize: 2, prefetch: prefetch)
    let iterator = loader.makeIterator()
    var batches = iterator
    #expect(try batches.nextBatch() == [0, 1])
    #expect(try batches.nextBatch() == [2, 3])
    for _ in 0..<2 {
      let error = #expect(throws: FileError.self) { try batches.nextBatch() }
      #expect(error?.path == "photos/4.png")
      #expect(loader.position == .init(epoch: 0, batch: 2))
    }
    loader.position.batch += 1
    #expect(Array(loader) == [[6, 7], [8, 9]])
    // Through other sequences, too.
    var several = zip(loader.lazy.map { $0[0] }, 0...).makeIterator()
    for expected in [0, 2] { #expect(try several.nextBatch()?.0 == expected) }
    #expect(throws: FileError.self) { try several.nextBatch() }
  }

  @Test func aPlainLoopStops() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      for _ in DataLoader(Files(), batchSize: 2) {}
    }
    expectMessage(result, "DataLoader: photos/4.png: cannot open the file. Check the path.")
  }

  /// A set with random augmentation, by draws from each example's stream and from none.
  private struct Random: Dataset {
    struct Draws: Equatable {
      var examples: [Int: UInt64]
      var batch: [Float]
    }
    let count = 20
    func batch(at indices: [Int]) -> sending Draws { Draws(examples: [:], batch: []) }
    func batch(at indices: [Int], using streams: [RandomStream]) throws -> sending Draws {
      var draws = Draws(examples: [:], batch: Tensor(uniform: [3]).scalars)
      for (index, var stream) in zip(indices, streams) { draws.examples[index] = stream.next() }
      return draws
    }
  }

  private func examples(_ loader: DataLoader<Random>, epochs: Int = 2) -> [[Int: UInt64]] {
    (0..<epochs).map { _ in
      loader.reduce(into: [:]) { $0.merge($1.examples) { _, _ in fatalError("twice") } }
    }
  }

  @Test func drawsOfAnExampleDependOnSeedAndEpochAlone() {
    let loader = DataLoader(Random(), batchSize: 20, seed: 1)
    let reference = examples(loader)
    #expect(Set(reference.flatMap(\.values)).count == 40)
    for (size, prefetch, shuffle) in [(1, 0, false), (3, 2, false), (7, 1, true), (20, 0, true)] {
      let other = DataLoader(
        Random(), batchSize: size, shuffle: shuffle, seed: 1, prefetch: prefetch)
      #expect(examples(other) == reference)
    }
    #expect(examples(DataLoader(Random(), batchSize: 20, seed: 2)) != reference)
    // Each example of a subset has its own, even if it is in it twice.
    let subset = DataLoader(Subset(Random(), indices: [3]), batchSize: 1, seed: 1)
    #expect(subset.map(\.examples) == [[3: reference[0][0]!]])
  }

  @Test(arguments: [0, 2], [false, true])
  func drawsAreSeededAndResumed(prefetch: Int, shuffle: Bool) throws {
    func make() -> DataLoader<Random> {
      DataLoader(Random(), batchSize: 6, shuffle: shuffle, prefetch: prefetch)
    }
    let epochs = withRandomSeed(3) { () -> [Random.Draws] in
      let loader = make()
      return Array(loader) + Array(loader)
    }
    #expect(Set(epochs.map(\.batch)).count == 8)
    withRandomSeed(0) {
      // The loader does not change the order of the source's streams.
      let (loader, early) = (make(), RandomSource.current.makeStream())
      #expect(early.stream == (shuffle ? 1 : 0))
      for _ in 0..<2 {
        _ = Array(loader)
        seedRandom(3)
        loader.position = .init()
        #expect(Array(loader) + Array(loader) == epochs)
      }
      seedRandom(3)
      loader.position = .init()
      let iterator = loader.makeIterator()
      for batch in 0..<3 {
        // Seeding within an epoch reaches the next one.
        if batch == 2 { seedRandom(4) }
        #expect(iterator.next() == epochs[batch])
      }
      let state = loader.batchState
      #expect(state.stream?.seed == 3)
      for seed in [5, 6] as [UInt64] {
        let resumed = make()
        resumed.batchState = BatchState(
          epoch: state.epoch, batch: state.batch,
          stream: state.stream.map { RandomStream(seed: $0.seed, stream: $0.stream) })
        seedRandom(seed)
        #expect(Array(resumed) + Array(resumed) == Array(epochs[3...]))
      }
    }
  }
}
