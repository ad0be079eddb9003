import Foundation
import GannetTensor

/// Saves the whole training state as it goes: after every epoch, every few steps, and at the end.
public final class Checkpoints<Batch>: Callback {
  private let file: URL
  private let interval: Int?

  /// Saves to `file`.
  ///
  /// - Parameters:
  ///   - file: Always the last state, whole: it is replaced by a rename.
  ///   - interval: Steps between two files; only epochs count unless given.
  public init(_ file: URL, everySteps interval: Int? = nil) {
    if let interval, interval < 1 { fail("Checkpoints: every \(interval) steps") }
    self.file = file
    self.interval = interval
  }

  public func stepDidEnd(_ trainer: Trainer<Batch>, _ progress: TrainingProgress) throws {
    if let interval, trainer.stepCount % interval == 0 { try trainer.save(to: file) }
  }

  public func epochDidEnd(_ trainer: Trainer<Batch>, _ epoch: History.Epoch) throws {
    try trainer.save(to: file)
  }

  public func trainingDidEnd(_ trainer: Trainer<Batch>) throws { try trainer.save(to: file) }
}

/// Keeps the state of the epoch whose measurement was best.
public final class BestCheckpoint<Batch>: Callback {
  private let file: URL
  private let measurement: String
  private let goal: Goal
  /// The best value so far.
  public private(set) var best: Double?

  /// Saves to `file` whenever `measurement` is better than ever; the defaults watch the validation loss.
  public init(_ file: URL, measurement: String = "loss", goal: Goal = .minimum) {
    self.file = file
    self.measurement = measurement
    self.goal = goal
  }

  public func trainingWillBegin(_ trainer: Trainer<Batch>) {
    best = nil
    for epoch in trainer.history.epochs { _ = improves(epoch) }
  }

  public func epochDidEnd(_ trainer: Trainer<Batch>, _ epoch: History.Epoch) throws {
    if improves(epoch) { try trainer.save(to: file) }
  }

  private func improves(_ epoch: History.Epoch) -> Bool {
    let value = epoch.value(of: measurement)
    guard goal.isBetter(value, than: best) else { return false }
    best = value
    return true
  }
}
