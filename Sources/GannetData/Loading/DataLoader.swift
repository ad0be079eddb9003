import GannetTensor

/// A loader that yields the batches of a data set, in order or reshuffled for each epoch.
///
///     let loader = DataLoader(set, batchSize: 256, shuffle: true)
///     for _ in 0..<10 {
///       for batch in loader { step(batch.images, batch.labels) }
///     }
///
/// Each iteration is an epoch. Background threads, the *workers*, prefetch batches; they end with
/// the epoch or when an iteration is abandoned. Batches come in order and are the same for any
/// number of workers. An epoch's order depends on the seed and the epoch's number alone. The
/// `position` of the next batch can be saved and restored: a resumed run sees the same batches.
///
/// An iteration within another, such as an evaluation on the training set after a step, runs over
/// the whole current epoch and changes neither the `position` nor the other iteration.
///
/// Random draws of the data set depend on the same seed. ``Dataset/batch(at:using:)`` gets a stream
/// for each example, which depends on the epoch and not on the batch size; draws that name no
/// stream, such as `Tensor(uniform:)`, come from a source of the batch.
///
/// An error of the data set stops the program in a plain loop; the trainer and loops by
/// `nextBatch()` of iterators catch it.
public final class DataLoader<Source: Dataset>: Sequence {
  /// A place in the sequence of all batches of all epochs.
  public struct Position: Hashable, Codable, Sendable {
    /// The epoch, from 0.
    public var epoch: Int

    /// The batch in the epoch, from 0.
    public var batch: Int

    /// Makes a position, by default the beginning.
    public init(epoch: Int = 0, batch: Int = 0) {
      self.epoch = epoch
      self.batch = batch
    }
  }

  /// The data set whose batches are loaded.
  public let dataset: Source
  /// The number of examples in a batch; the last of an epoch may have fewer.
  public let batchSize: Int
  /// Whether each epoch has a new random order.
  public let isShuffled: Bool
  /// Whether an epoch's last batch is dropped if it is smaller.
  public let dropsLast: Bool
  /// The number of threads that make batches.
  public let workers: Int
  /// The largest number of batches made ahead.
  public let prefetch: Int
  /// Whether batches have examples of similar lengths.
  public var isBucketed: Bool { lengths != nil }

  let lengths: [Int]?

  /// The position of the next batch; set it to resume from there.
  ///
  /// After an epoch's last batch it is the end of that epoch until the iteration ends and moves it
  /// to the next. An iteration after an abandoned one begins the next epoch, unless the position
  /// has been set.
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

  /// The stream of the epochs' orders and the data set's draws.
  var stream: RandomStream
  private var current = Position()
  /// Whether an iteration has begun the epoch of `current`.
  private(set) var isIterating = false
  /// The iteration that advances `current`.
  private weak var leader: AnyObject?

  /// Makes a loader. Stops if `dropLast` leaves no batch of a set that has examples.
  ///
  /// - Parameters:
  ///   - dataset: The examples.
  ///   - batchSize: The number of examples in a batch.
  ///   - shuffle: Whether each epoch has a new random order; false by default.
  ///   - seed: The seed of the random orders and draws; by default they come from the task's random
  ///     source, which `seedRandom(_:)` sets before or after.
  ///   - lengths: The length of each example, such as the number of its tokens: batches then have
  ///     examples of similar lengths, shuffled ones of 100 batches at a time, so that little padding
  ///     is needed; none by default.
  ///   - dropLast: Whether to drop an epoch's last batch if it is smaller; false by default.
  ///   - workers: The number of threads that make batches, each whole ones, so that the data set is
  ///     called from several at once; 1 by default. More are for what takes long to make, such as
  ///     pictures from files.
  ///   - prefetch: The largest number of batches made ahead, which bounds the memory; one more than
  ///     the workers by default. With 0 of either, each batch is made on request, without a thread.
  public init(
    _ dataset: Source, batchSize: Int, shuffle: Bool = false, seed: UInt64? = nil,
    bucketedBy lengths: [Int]? = nil, dropLast: Bool = false, workers: Int = 1, prefetch: Int? = nil
  ) {
    let depth = prefetch ?? (workers > 0 ? workers + 1 : 0)
    guard batchSize > 0, workers >= 0, depth >= 0 else {
      fail(
        """
        DataLoader: batch size \(batchSize), \(workers) workers, prefetch \(depth); expected at \
        least 1, 0 and 0
        """)
    }
    guard !dropLast || dataset.count == 0 || batchSize <= dataset.count else {
      fail(
        """
        DataLoader: \(dataset.count) examples make no full batch of \(batchSize); \
        take a smaller batch, or keep the last one
        """)
    }
    guard (lengths?.count ?? dataset.count) == dataset.count else {
      fail("DataLoader: \(lengths!.count) lengths of \(dataset.count) examples")
    }
    self.dataset = dataset
    self.batchSize = batchSize
    self.lengths = lengths
    isShuffled = shuffle
    let source = RandomSource.current
    stream =
      seed.map(RandomStream.order) ?? (shuffle ? source.makeStream() : source.makeDataStream())
    dropsLast = dropLast
    self.workers = workers
    self.prefetch = depth
  }

  /// The number of batches in an epoch.
  public var batchCount: Int {
    dropsLast ? dataset.count / batchSize : (dataset.count + batchSize - 1) / batchSize
  }

  /// The number of batches of an iteration that starts now.
  public var underestimatedCount: Int { isIterating ? batchCount : batchCount - current.batch }

  /// Starts an iteration from `position`, or, within another iteration, over the whole current
  /// epoch.
  public func makeIterator() -> Iterator { Iterator(walk { try $0.batch($1) }) }

  /// Starts an iteration from `position`, or, within another iteration, over the whole current
  /// epoch, whose items `make` makes of an epoch and the index of a batch.
  ///
  /// - Parameters:
  ///   - stride: The distance of the batches that have an item; 1 by default.
  ///   - offset: The first index of those, at position 0.
  func walk<Item>(
    every stride: Int = 1, from offset: Int = 0,
    _ make: @escaping @Sendable (LoaderEpoch<Source>, Int) throws -> sending Item
  ) -> LoaderWalk<Source, Item> {
    let isLeading = leader == nil
    if isLeading {
      endEpoch()
      isIterating = true
      stream.follow()
    }
    let first = isLeading ? current.batch : 0
    let start = first + (offset - first % stride + stride) % stride
    let walk = LoaderWalk(self, every: stride, from: start, make)
    if isLeading { leader = walk }
    return walk
  }

  /// Notes that `walk` has taken the batch `index`, or its end.
  func advance(_ walk: AnyObject, past index: Int?) {
    guard leader === walk else { return }
    if let index { current.batch = index + 1 } else { endEpoch() }
  }

  /// Iterator over an epoch or the rest of one.
  public final class Iterator: IteratorProtocol {
    private let walk: LoaderWalk<Source, Source.Batch>

    fileprivate init(_ walk: LoaderWalk<Source, Source.Batch>) { self.walk = walk }

    /// The next batch, or nil after the last.
    ///
    /// Once the data set has thrown, each call passes the error to `nextBatch()`, or stops the
    /// program if not called by it. The loader's position stays before the failed batch.
    public func next() -> Source.Batch? { walk.next() }
  }

  private func endEpoch() {
    guard isIterating else { return }
    current = Position(epoch: current.epoch + 1)
    isIterating = false
    leader = nil
  }
}
