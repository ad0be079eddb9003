import GannetNN

/// Sets the learning rate of all groups by a schedule. A negative or not finite rate ends the
/// training by a ``TrainingError``. Skipped batches do not count.
public final class Scheduling: Callback {
  /// The unit that a schedule's index counts.
  public enum Unit: Sendable {
    /// Steps, of all epochs together.
    case step
    /// Epochs.
    case epoch
  }

  private let schedule: Schedule
  private let unit: Unit

  /// Follows `schedule` from its index 0 on, by epochs by default.
  public init(_ schedule: Schedule, by unit: Unit = .epoch) {
    self.schedule = schedule
    self.unit = unit
  }

  public func trainingWillBegin(_ training: any Training) throws { try set(training) }

  public func stepDidEnd(_ training: any Training, _ progress: TrainingProgress) throws {
    if unit == .step { try set(training) }
  }

  public func epochDidEnd(_ training: any Training, _ epoch: History.Epoch) throws {
    if unit == .epoch { try set(training) }
  }

  private func set(_ training: any Training) throws {
    let index = unit == .step ? training.stepCount : training.history.epochs.count
    let rate = schedule(index)
    guard rate >= 0, rate.isFinite else { throw training.error(.learningRate(rate)) }
    training.optimizer.learningRate = rate
  }
}
