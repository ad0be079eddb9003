import GannetTensor

/// A source of batches that can resume where an earlier run stopped.
public protocol ResumableBatches: AnyObject {
  /// The position of the next batch, and all that the order of the batches depends on.
  var batchState: BatchState { get set }
  /// Whether ``batchState`` can be set to `state`. In the middle of an epoch, the data set's size
  /// and the kind of order must be the same, and a new batch size must have a batch that begins
  /// there.
  func canGoOn(from state: BatchState) -> Bool
}

/// A position in the sequence of batches, with the stream of their order and random draws.
public struct BatchState: Codable, Hashable, Sendable {
  /// The epoch, from 0.
  public var epoch: Int
  /// The batch in the epoch, from 0.
  public var batch: Int
  /// The stream of the random orders and draws; nil where there are none.
  public var stream: RandomStream?
  /// The batch size; nil where it is unknown, as in older files.
  public var batchSize: Int?
  /// The number of examples; nil where it is unknown.
  public var exampleCount: Int?
  /// Whether the order is random; nil where it is unknown.
  public var isShuffled: Bool?
  /// Whether batches have examples of similar lengths, so that the order depends on the batch size;
  /// nil where it is unknown.
  public var isBucketed: Bool?

  /// Makes a state of its parts.
  public init(
    epoch: Int, batch: Int, stream: RandomStream?, batchSize: Int? = nil, exampleCount: Int? = nil,
    isShuffled: Bool? = nil, isBucketed: Bool? = nil
  ) {
    self.epoch = epoch
    self.batch = batch
    self.stream = stream
    self.batchSize = batchSize
    self.exampleCount = exampleCount
    self.isShuffled = isShuffled
    self.isBucketed = isBucketed
  }
}

extension DataLoader: ResumableBatches {
  public var batchState: BatchState {
    get {
      // An epoch that has begun keeps its stream.
      if !isIterating { stream.follow() }
      return BatchState(
        epoch: position.epoch, batch: position.batch, stream: stream, batchSize: batchSize,
        exampleCount: dataset.count, isShuffled: isShuffled, isBucketed: isBucketed)
    }
    set {
      stream = newValue.stream ?? stream
      position = Position(epoch: newValue.epoch, batch: batch(at: newValue) ?? newValue.batch)
    }
  }

  public func canGoOn(from state: BatchState) -> Bool {
    state.epoch >= 0 && batch(at: state) != nil
  }

  /// The batch of this loader that begins after as many examples as `state`; nil where there is
  /// none.
  private func batch(at state: BatchState) -> Int? {
    guard let size = state.batchSize, let count = state.exampleCount, state.batch != 0 else {
      return (0...batchCount).contains(state.batch) ? state.batch : nil
    }
    guard count == dataset.count, (state.isShuffled ?? isShuffled) == isShuffled, size > 0,
      (state.isBucketed ?? isBucketed) == isBucketed, !isBucketed || size == batchSize,
      (0...(count / size + (count % size).signum())).contains(state.batch)
    else { return nil }
    let seen = Swift.min(count, state.batch * size)
    if seen == count { return batchCount }
    return seen % batchSize == 0 && seen / batchSize <= batchCount ? seen / batchSize : nil
  }
}
