import GannetTensor

/// Gives a data set in batches, in order or shuffled anew for each epoch.
///
///     let loader = DataLoader(set, batchSize: 256, shuffle: true)
///     for _ in 0..<10 {
///       for batch in loader { step(batch.images, batch.labels) }
///     }
///
/// Each iteration is an epoch. A thread of its own makes the batches ahead of their use; it ends with
/// the epoch, and also when an iteration is abandoned. An epoch's order depends on the seed and the
/// epoch's number alone, and what comes next is a `position` that can be kept and restored: a run that
/// goes on from there sees the very same batches.
public final class DataLoader<Source: Dataset>: Sequence {
  /// A place in the sequence of all batches of all epochs.
  public struct Position: Hashable, Codable, Sendable {
    /// The epoch, from 0.
    public var epoch: Int

    /// The batch in the epoch, from 0.
    public var batch: Int

    public init(epoch: Int = 0, batch: Int = 0) {
      self.epoch = epoch
      self.batch = batch
    }
  }

  public let dataset: Source
  public let batchSize: Int
  public let shuffle: Bool
  public let dropLast: Bool
  public let prefetch: Int

  /// The batch that comes next; set it to go on from there.
  ///
  /// After an epoch's last batch it is the end of that epoch, from where the iteration moves it on
  /// to the next. An iteration that starts while another was abandoned begins the next epoch, unless
  /// the position has been set.
  public var position: Position {
    get { current }
    set {
      guard newValue.epoch >= 0, (0...batchCount).contains(newValue.batch) else {
        fail("DataLoader: \(newValue) is not within an epoch of \(batchCount) batches")
      }
      current = newValue
      isIterating = false
    }
  }

  var stream: RandomStream?
  private var current = Position()
  private var isIterating = false

  /// Makes a loader. Stops the program if `dropLast` leaves no batch of a set that has examples.
  ///
  /// - Parameters:
  ///   - dataset: The examples.
  ///   - batchSize: The number of examples in a batch.
  ///   - shuffle: Whether each epoch has a random order of its own.
  ///   - seed: What the random orders depend on; unless given, a stream of the task's random
  ///     source, as `seedRandom(_:)` sets it.
  ///   - dropLast: Whether to leave out an epoch's last batch where it is smaller than the others.
  ///   - prefetch: How many batches wait ready, at most; with 0 each is made when it is asked for,
  ///     without a thread.
  public init(
    _ dataset: Source, batchSize: Int, shuffle: Bool = false, seed: UInt64? = nil,
    dropLast: Bool = false, prefetch: Int = 2
  ) {
    guard batchSize > 0, prefetch >= 0 else {
      fail("DataLoader: batch size \(batchSize) and prefetch \(prefetch) are impossible")
    }
    guard !dropLast || dataset.count == 0 || batchSize <= dataset.count else {
      fail(
        """
        DataLoader: \(dataset.count) examples make no full batch of \(batchSize); \
        take a smaller batch, or keep the last one
        """)
    }
    self.dataset = dataset
    self.batchSize = batchSize
    self.shuffle = shuffle
    stream = shuffle ? seed.map(RandomStream.order) ?? RandomSource.current.makeStream() : nil
    self.dropLast = dropLast
    self.prefetch = prefetch
  }

  /// The number of batches in an epoch.
  public var batchCount: Int {
    dropLast ? dataset.count / batchSize : (dataset.count + batchSize - 1) / batchSize
  }

  /// The number of batches that an iteration gives if it starts now.
  public var underestimatedCount: Int { isIterating ? batchCount : batchCount - current.batch }

  /// Starts an iteration; it must end before another one starts.
  public func makeIterator() -> Iterator {
    endEpoch()
    isIterating = true
    return Iterator(self)
  }

  /// An epoch, or what is left of it.
  public final class Iterator: IteratorProtocol {
    private let loader: DataLoader
    private let batches: Prefetcher<Source.Batch>

    fileprivate init(_ loader: DataLoader) {
      self.loader = loader
      let epoch = Epoch(loader)
      batches = Prefetcher(
        range: loader.current.batch..<loader.batchCount, depth: loader.prefetch,
        make: { epoch.batch($0) })
    }

    public func next() -> Source.Batch? {
      guard let batch = batches.next() else {
        loader.endEpoch()
        return nil
      }
      loader.current.batch += 1
      return batch
    }
  }

  private func endEpoch() {
    // An iterator may be asked again after its end.
    guard isIterating else { return }
    current = Position(epoch: current.epoch + 1)
    isIterating = false
  }

  /// What the worker has to know.
  private struct Epoch: Sendable {
    let dataset: Source
    let batchSize: Int
    let order: Permutation?

    init(_ loader: DataLoader) {
      dataset = loader.dataset
      batchSize = loader.batchSize
      order = loader.stream.map {
        Permutation(count: loader.dataset.count, stream: $0, epoch: loader.current.epoch)
      }
    }

    func batch(_ index: Int) -> sending Source.Batch {
      let range = index * batchSize..<Swift.min(dataset.count, (index + 1) * batchSize)
      return dataset.batch(at: order.map { Array($0.indices[range]) } ?? Array(range))
    }
  }
}
