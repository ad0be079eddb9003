import Foundation
import GannetData
import GannetNN

/// A training as its callbacks see it: a ``Trainer`` of any type of batch.
///
/// A callback that needs the type casts it: `training as? Trainer<MyBatch>`.
public protocol Training: AnyObject {
  /// The model.
  var model: any Module { get }
  /// The optimizer of the model's parameters.
  var optimizer: Optimizer { get }
  /// The history of the epochs so far.
  var history: History { get }
  /// The ranks that train together; nil for a training on this process alone.
  var distribution: (any Distribution)? { get }
  /// The number of steps taken.
  var stepCount: Int { get }
  /// Whether an epoch is unfinished: trained in part, or not yet evaluated.
  var isInEpoch: Bool { get }

  /// Ends the training after the current step, or before the first. An unfinished epoch is not in
  /// the history; a checkpoint resumes in its middle.
  func stop()
  /// The checkpoint from which a later run resumes with the same bits.
  ///
  /// - Throws: An error of a callback's ``Callback/savedState()``.
  func checkpoint() throws -> Checkpoint
}

extension Training {
  /// The index of the current or next epoch, from 0.
  public var epoch: Int { history.epochs.count }

  /// Writes the ``checkpoint()`` to a file atomically. On several ranks, all must call it, and the
  /// first writes.
  ///
  /// - Throws: ``TrainingError`` where a tensor is not finite, `FileError` where the file cannot be
  ///   written; then an existing file is unchanged.
  public func save(to file: URL) throws {
    let checkpoint = try checkpoint()
    try onWriter(for: "the checkpoint") { try checkpoint.write(to: file) }
  }

  /// Runs `body` on the process that writes files; where it throws, all ranks do.
  func onWriter(for purpose: String, _ body: () throws -> Void) throws {
    guard let distribution else { return try body() }
    try distribution.together(for: purpose) { if distribution.isFirst { try body() } }
  }

  /// The value of a watched measurement in `epoch`; throws a ``TrainingError`` if there is none.
  func value(of measurement: History.Key, in epoch: History.Epoch) throws -> Double {
    guard let value = epoch[measurement] else {
      throw error(.measurement(measurement.description, known: epoch.keys.map(\.description)))
    }
    return value
  }

  func error(_ kind: TrainingError.Kind) -> TrainingError {
    TrainingError(
      kind: kind, epoch: epoch, step: stepCount, learningRate: optimizer.learningRate)
  }
}
