import GannetNN

/// Sets the learning rate of all groups by a schedule. A negative or not finite rate ends the
/// training by a ``TrainingError``. Skipped batches do not count.
public final class Scheduling<Batch>: Callback {
  /// The unit that a schedule's index counts.
  public enum Unit: Sendable {
    case step
    case epoch
  }

  private let schedule: Schedule
  private let unit: Unit

  /// Follows `schedule` from its index 0 on, by epochs by default.
  public init(_ schedule: Schedule, by unit: Unit = .epoch) {
    self.schedule = schedule
    self.unit = unit
  }

  public func trainingWillBegin(_ trainer: Trainer<Batch>) throws { try set(trainer) }

  public func stepDidEnd(_ trainer: Trainer<Batch>, _ progress: TrainingProgress) throws {
    if unit == .step { try set(trainer) }
  }

  public func epochDidEnd(_ trainer: Trainer<Batch>, _ epoch: History.Epoch) throws {
    if unit == .epoch { try set(trainer) }
  }

  private func set(_ trainer: Trainer<Batch>) throws {
    let index = unit == .step ? trainer.stepCount : trainer.history.epochs.count
    let rate = schedule(index)
    guard rate >= 0, rate.isFinite else { throw trainer.error(.learningRate(rate)) }
    trainer.optimizer.learningRate = rate
  }
}
