import GannetNN

/// Sets the learning rate of all groups by a schedule.
public final class Scheduling<Batch>: Callback {
  /// What a schedule's index counts.
  public enum Unit: Sendable {
    case step
    case epoch
  }

  private let schedule: Schedule
  private let unit: Unit

  /// Follows `schedule` from its index 0 on, by epochs unless said otherwise.
  public init(_ schedule: Schedule, by unit: Unit = .epoch) {
    self.schedule = schedule
    self.unit = unit
  }

  public func trainingWillBegin(_ trainer: Trainer<Batch>) { set(trainer) }

  public func stepDidEnd(_ trainer: Trainer<Batch>, _ progress: TrainingProgress) {
    if unit == .step { set(trainer) }
  }

  public func epochDidEnd(_ trainer: Trainer<Batch>, _ epoch: History.Epoch) {
    if unit == .epoch { set(trainer) }
  }

  private func set(_ trainer: Trainer<Batch>) {
    let index = unit == .step ? trainer.stepCount : trainer.history.epochs.count
    trainer.optimizer.learningRate = schedule(index)
  }
}
