import Foundation

/// The progress of a training after a step.
public struct TrainingProgress {
  /// The epoch, from 0.
  public let epoch: Int
  /// The batch in the epoch, from 0; with gradient accumulation the group of batches.
  public let batch: Int
  /// The total number of steps taken.
  public let step: Int
  /// The loss of the batch.
  public let loss: Double
  /// The norm of all gradients together before clipping; nil without clipping.
  public let gradientNorm: Double?
  /// The number of batches of the epoch skipped so far because of losses or gradients that are not
  /// finite.
  public let skippedBatches: Int
}

/// An observer of a training, which may end it by ``Training/stop()``.
public protocol Callback: AnyObject {
  /// The first epoch is about to begin.
  func trainingWillBegin(_ training: any Training) throws
  /// A step has been taken.
  func stepDidEnd(_ training: any Training, _ progress: TrainingProgress) throws
  /// A batch was skipped because its loss or gradient is not finite; it changed nothing.
  func stepWasSkipped(_ training: any Training, _ error: TrainingError) throws
  /// An evaluation in the middle of an epoch has ended; called before ``stepDidEnd(_:_:)``.
  func validationDidEnd(_ training: any Training, _ validation: History.Validation) throws
  /// An epoch and its evaluation have ended.
  func epochDidEnd(_ training: any Training, _ epoch: History.Epoch) throws
  /// The last epoch has ended, or the training was stopped.
  func trainingDidEnd(_ training: any Training) throws
  /// The training ends by an error; called instead of ``trainingDidEnd(_:)``.
  func trainingDidFail(_ training: any Training, _ error: any Error)
  /// The callback's state for a checkpoint; nil for none.
  func savedState() throws -> Data?
  /// Restores the state of ``savedState()``.
  func restore(_ state: Data) throws
}

extension Callback {
  public func trainingWillBegin(_ training: any Training) throws {}
  public func stepDidEnd(_ training: any Training, _ progress: TrainingProgress) throws {}
  public func stepWasSkipped(_ training: any Training, _ error: TrainingError) throws {}
  public func validationDidEnd(
    _ training: any Training, _ validation: History.Validation
  ) throws {}
  public func epochDidEnd(_ training: any Training, _ epoch: History.Epoch) throws {}
  public func trainingDidEnd(_ training: any Training) throws {}
  public func trainingDidFail(_ training: any Training, _ error: any Error) {}
  public func savedState() throws -> Data? { nil }
  public func restore(_ state: Data) throws {}
}

/// Calls closures at the events of a training.
///
/// A closure that calls the trainer, such as to stop it, should capture it `unowned`, because the
/// trainer owns its callbacks.
public final class Hooks: Callback {
  private let onStep: (TrainingProgress) throws -> Void
  private let onEpoch: (History.Epoch) throws -> Void

  /// Makes a callback that calls `onStep` after every step and `onEpoch` after every epoch.
  public init(
    onStep: @escaping (TrainingProgress) throws -> Void = { _ in },
    onEpoch: @escaping (History.Epoch) throws -> Void = { _ in }
  ) {
    self.onStep = onStep
    self.onEpoch = onEpoch
  }

  public func stepDidEnd(_ training: any Training, _ progress: TrainingProgress) throws {
    try onStep(progress)
  }

  public func epochDidEnd(_ training: any Training, _ epoch: History.Epoch) throws {
    try onEpoch(epoch)
  }
}
