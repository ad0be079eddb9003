import GannetTensor

/// Batches that can go on where an earlier run stopped.
public protocol ResumableBatches: AnyObject {
  /// What comes next, and all that the order of the batches depends on.
  var batchState: BatchState { get set }
  /// Whether ``batchState`` may become `state`: in the middle of an epoch, no other data set or order goes on,
  /// and another batch size only where one of its batches begins.
  func canGoOn(from state: BatchState) -> Bool
}

/// A place in the sequence of batches, and the stream that their order and random draws come from.
public struct BatchState: Codable, Hashable, Sendable {
  /// The epoch, from 0.
  public var epoch: Int
  /// The batch in the epoch, from 0.
  public var batch: Int
  /// Where the random orders and draws come from; nil where there are none.
  public var stream: RandomStream?
  /// How many examples a batch has; nil where it isn't known, as in older files.
  public var batchSize: Int?
  /// How many examples there are; nil where it isn't known.
  public var exampleCount: Int?
  /// Whether the order is random; nil where it isn't known.
  public var isShuffled: Bool?

  /// A state of these parts.
  public init(
    epoch: Int, batch: Int, stream: RandomStream?, batchSize: Int? = nil, exampleCount: Int? = nil,
    isShuffled: Bool? = nil
  ) {
    self.epoch = epoch
    self.batch = batch
    self.stream = stream
    self.batchSize = batchSize
    self.exampleCount = exampleCount
    self.isShuffled = isShuffled
  }
}

extension DataLoader: ResumableBatches {
  public var batchState: BatchState {
    get {
      // An epoch under way keeps its stream.
      if !isIterating { stream.follow() }
      return BatchState(
        epoch: position.epoch, batch: position.batch, stream: stream, batchSize: batchSize,
        exampleCount: dataset.count, isShuffled: shuffle)
    }
    set {
      stream = newValue.stream ?? stream
      position = Position(epoch: newValue.epoch, batch: batch(at: newValue) ?? newValue.batch)
    }
  }

  public func canGoOn(from state: BatchState) -> Bool {
    state.epoch >= 0 && batch(at: state) != nil
  }

  /// The batch with which `state` goes on here, after the same examples.
  private func batch(at state: BatchState) -> Int? {
    guard let size = state.batchSize, let count = state.exampleCount, state.batch != 0 else {
      return (0...batchCount).contains(state.batch) ? state.batch : nil
    }
    guard count == dataset.count, state.isShuffled ?? shuffle == shuffle, size > 0,
      (0...(count / size + (count % size).signum())).contains(state.batch)
    else { return nil }
    let seen = Swift.min(count, state.batch * size)
    if seen == count { return batchCount }
    return seen % batchSize == 0 && seen / batchSize <= batchCount ? seen / batchSize : nil
  }
}
