import GannetData
import GannetTensor
import TestSupport
import Testing

/// Batches of which several processes make their shares.
@Suite("Parts and shares of a loader's batches")
struct LoaderPartsTests {
  private struct Numbers: Dataset {
    let count: Int

    func batch(at indices: [Int]) -> sending Batch<Tensor, Tensor> { fatalError("without streams") }

    /// Each example with a draw of its own, and one that names no stream.
    func batch(at indices: [Int], using streams: [RandomStream]) -> sending Batch<Tensor, Tensor> {
      let draws = streams.map { stream in
        var stream = stream
        return Float(stream.next() >> 40)
      }
      return Batch(
        inputs: Tensor(indices.map(Float.init) + draws, shape: [2, indices.count]).transposed(),
        targets: Tensor(uniform: [1]))
    }
  }

  private static func loader(_ count: Int = 27, workers: Int = 1) -> DataLoader<Numbers> {
    DataLoader(Numbers(count: count), batchSize: 10, shuffle: true, seed: 4, workers: workers)
  }

  @Test("the parts of a batch side by side are the batch, their sizes equal up to one")
  func parts() throws {
    let whole = Self.loader().map { $0.inputs.scalars }
    for workers in [0, 3] {
      let batches = Self.loader(workers: workers).makeIterator(overParts: 0..<8, of: 8)
      for batch in whole {
        let parts = try #require(batches.next())
        #expect(parts.flatMap { $0?.inputs.scalars ?? [] } == batch)
        let sizes = parts.map { $0?.inputs.shape[0] ?? 0 }
        #expect(sizes.max()! - sizes.min()! <= 1)
      }
      #expect(batches.next() == nil)
    }
    // The last batch has seven examples for eight parts.
    #expect(whole.last!.count == 14)
  }

  @Test("a part is the same whichever process makes it, with its draws")
  func processes() {
    func parts(_ range: Range<Int>) -> [[Batch<Tensor, Tensor>?]] {
      Array(IteratorSequence(Self.loader().makeIterator(overParts: range, of: 8)))
    }
    let all = parts(0..<8)
    for range in [0..<4, 4..<8, 6..<8, 7..<8] {
      for (some, batch) in zip(parts(range), all) {
        for (part, same) in zip(some, batch[range]) {
          #expect(part?.inputs.scalars == same?.inputs.scalars)
          #expect(part?.targets.scalars == same?.targets.scalars)
        }
      }
    }
    let draws = all[0].map { $0!.targets.scalar }
    #expect(Set(draws).count == 8)
  }

  @Test("an iteration over parts moves the position, from which others resume")
  func positions() throws {
    let loader = Self.loader()
    let batches = loader.makeIterator(overParts: 2..<4, of: 8)
    _ = batches.next()
    #expect(loader.position == .init(epoch: 0, batch: 1))
    let other = Self.loader()
    other.batchState = loader.batchState
    let second = try #require(other.makeIterator(overParts: 0..<8, of: 8).next())
    let third = try #require(batches.next())
    #expect(second[2..<4].map { $0?.inputs.scalars } == third.map { $0?.inputs.scalars })
  }

  @Test("shares of batches make up the epoch, and end it", arguments: [1, 2, 3, 5])
  func shares(count: Int) {
    let whole = Self.loader(47).map { $0.inputs.scalars }
    for rank in 0..<count {
      let loader = Self.loader(47)
      let share = IteratorSequence(loader.makeIterator(overEvery: count, from: rank)).map {
        $0.inputs.scalars
      }
      #expect(share == stride(from: rank, to: whole.count, by: count).map { whole[$0] })
      #expect(loader.position == .init(epoch: 1, batch: 0))
    }
  }
}
