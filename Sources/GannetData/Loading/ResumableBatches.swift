import GannetTensor

/// Batches that can go on where an earlier run stopped.
public protocol ResumableBatches: AnyObject {
  /// What comes next, and all that the order of the batches depends on.
  var batchState: BatchState { get set }
  /// Whether ``batchState`` may become `state`: one from another data set or batch size may lie beyond the
  /// end of an epoch.
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

  /// A state of these parts.
  public init(epoch: Int, batch: Int, stream: RandomStream?) {
    self.epoch = epoch
    self.batch = batch
    self.stream = stream
  }
}

extension DataLoader: ResumableBatches {
  public var batchState: BatchState {
    get {
      // An epoch under way keeps its stream.
      if !isIterating { stream.follow() }
      return BatchState(epoch: position.epoch, batch: position.batch, stream: stream)
    }
    set {
      stream = newValue.stream ?? stream
      position = Position(epoch: newValue.epoch, batch: newValue.batch)
    }
  }

  public func canGoOn(from state: BatchState) -> Bool {
    state.epoch >= 0 && (0...batchCount).contains(state.batch)
  }
}
