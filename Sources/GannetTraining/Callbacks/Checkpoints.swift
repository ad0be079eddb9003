import Foundation
import GannetTensor

/// Saves checkpoints after every epoch, every few steps, and at the end.
///
/// A state that is not finite or cannot be written ends the training by an error. After any error,
/// the file holds the last saved state.
public final class Checkpoints<Batch>: Callback {
  private let file: URL
  private let interval: Int?

  /// Saves to `file`.
  ///
  /// - Parameters:
  ///   - file: The file of the last state, replaced atomically.
  ///   - interval: The number of steps between saves; by default only epochs are saved.
  public init(_ file: URL, everySteps interval: Int? = nil) {
    if let interval, interval < 1 {
      fail("Checkpoints: every \(interval) steps, expected at least 1")
    }
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

/// Saves a checkpoint of the epoch with the best measurement; NaN is never the best.
public final class BestCheckpoint<Batch>: Callback {
  private let file: URL
  private let measurement: String
  private let goal: Goal
  /// The best value so far.
  public private(set) var best: Double?
  /// The epoch of the saved state, if known.
  private var savedEpoch: Int?

  /// Saves to `file` whenever `measurement` improves; by default the validation loss.
  public init(_ file: URL, measurement: String = "loss", goal: Goal = .minimum) {
    self.file = file
    self.measurement = measurement
    self.goal = goal
  }

  /// Replays the history, and saves the last epoch if it is the best and was not saved because of
  /// an error or the end of the process.
  public func trainingWillBegin(_ trainer: Trainer<Batch>) throws {
    best = nil
    var bestEpoch: Int?
    for epoch in trainer.history.epochs {
      if let value = epoch.knownValue(of: measurement), improves(value) { bestEpoch = epoch.index }
    }
    guard let savedEpoch, let bestEpoch, savedEpoch != bestEpoch else { return }
    if bestEpoch == trainer.history.epochs.count - 1, trainer.epoch == nil {
      try save(trainer, bestEpoch)
    }
  }

  /// - Throws: ``TrainingError`` where the epoch lacks the measurement or its state is not finite.
  public func epochDidEnd(_ trainer: Trainer<Batch>, _ epoch: History.Epoch) throws {
    if improves(try trainer.value(of: measurement, in: epoch)) { try save(trainer, epoch.index) }
  }

  public func savedState() throws -> Data? { try JSONEncoder().encode(savedEpoch ?? -1) }

  public func restore(_ state: Data) throws {
    savedEpoch = try JSONDecoder().decode(Int.self, from: state)
  }

  private func save(_ trainer: Trainer<Batch>, _ epoch: Int) throws {
    savedEpoch = epoch
    do {
      try trainer.save(to: file)
    } catch {
      savedEpoch = -1
      throw error
    }
  }

  private func improves(_ value: Double) -> Bool {
    guard goal.isBetter(value, than: best) else { return false }
    best = value
    return true
  }
}
