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
///
/// An iteration within another, such as an evaluation on the training set after a step, gives the whole
/// epoch under way, and leaves the `position` and the other iteration alone.
///
/// Random draws of the data set are functions of the same seed: those of an example from the stream that
/// ``Dataset/batch(at:using:)`` gets for it, in each epoch another one whatever the batch size; those of
/// a whole batch, such as a plain `Tensor(uniform:)`, from a source that the batch has for itself.
///
/// A batch that the data set cannot make stops a plain loop with the error's message; the trainer and
/// loops by ``Swift/IteratorProtocol/nextBatch()`` get the error.
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
  /// to the next. An iteration that starts after another was abandoned begins the next epoch, unless
  /// the position has been set.
  public var position: Position {
    get { current }
    set {
      guard newValue.epoch >= 0, (0...batchCount).contains(newValue.batch) else {
        fail("DataLoader: \(newValue) is not within an epoch of \(batchCount) batches")
      }
      current = newValue
      isIterating = false
      leader = nil
    }
  }

  /// Where the epochs' orders and the data set's draws come from.
  var stream: RandomStream
  private var current = Position()
  /// Whether the epoch of `current` has been begun by an iteration.
  private(set) var isIterating = false
  /// The iteration that moves `current`.
  private weak var leader: Iterator?

  /// Makes a loader. Stops the program if `dropLast` leaves no batch of a set that has examples.
  ///
  /// - Parameters:
  ///   - dataset: The examples.
  ///   - batchSize: The number of examples in a batch.
  ///   - shuffle: Whether each epoch has a random order of its own.
  ///   - seed: What the random orders and draws depend on; unless given, a stream of the task's random
  ///     source, as `seedRandom(_:)` sets it before or after.
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
    let source = RandomSource.current
    stream =
      seed.map(RandomStream.order) ?? (shuffle ? source.makeStream() : source.makeDataStream())
    self.dropLast = dropLast
    self.prefetch = prefetch
  }

  /// The number of batches in an epoch.
  public var batchCount: Int {
    dropLast ? dataset.count / batchSize : (dataset.count + batchSize - 1) / batchSize
  }

  /// The number of batches that an iteration gives if it starts now.
  public var underestimatedCount: Int { isIterating ? batchCount : batchCount - current.batch }

  /// Starts an iteration: of what comes next, or within another iteration of the epoch under way.
  public func makeIterator() -> Iterator {
    if leader != nil { return Iterator(self, from: 0) }
    endEpoch()
    isIterating = true
    stream.follow()
    let iterator = Iterator(self, from: current.batch)
    leader = iterator
    return iterator
  }

  /// An epoch, or what is left of it.
  public final class Iterator: IteratorProtocol {
    private let loader: DataLoader
    private let batches: Prefetcher<Source.Batch>

    fileprivate init(_ loader: DataLoader, from first: Int) {
      self.loader = loader
      let epoch = Epoch(loader)
      batches = Prefetcher(
        range: first..<loader.batchCount, depth: loader.prefetch, make: { try epoch.batch($0) })
    }

    /// The next batch, or nil after the last.
    ///
    /// Where the data set throws, each call from there on hands the error to ``nextBatch()``, or stops
    /// the program with its message if it was not called by that. The loader's position stays before
    /// the batch.
    public func next() -> Source.Batch? {
      let batch: Source.Batch?
      do { batch = try batches.next() } catch {
        return BatchFailure.report(error, from: "DataLoader")
      }
      if loader.leader === self {
        if batch != nil { loader.current.batch += 1 } else { loader.endEpoch() }
      }
      return batch
    }
  }

  private func endEpoch() {
    guard isIterating else { return }
    current = Position(epoch: current.epoch + 1)
    isIterating = false
    leader = nil
  }

  /// What the worker has to know.
  private struct Epoch: Sendable {
    let dataset: Source
    let batchSize: Int
    let order: Permutation?
    let streams: EpochStreams

    init(_ loader: DataLoader) {
      let epoch = loader.current.epoch
      dataset = loader.dataset
      batchSize = loader.batchSize
      order =
        loader.shuffle
        ? Permutation(count: loader.dataset.count, stream: loader.stream, epoch: epoch) : nil
      streams = EpochStreams(loader.stream, epoch: epoch)
    }

    func batch(_ index: Int) throws -> sending Source.Batch {
      let range = index * batchSize..<Swift.min(dataset.count, (index + 1) * batchSize)
      let indices = order.map { Array($0.indices[range]) } ?? Array(range)
      let exampleStreams = indices.map { streams[example: $0] }
      return try withRandomSeed(streams.seed(ofBatch: index)) {
        try dataset.batch(at: indices, using: exampleStreams)
      }
    }
  }
}
