import Foundation
import GannetTensor

/// Saves a checkpoint of the epoch with the best measurement; NaN is never the best.
public final class BestCheckpoint: Callback {
  private let file: URL
  private let measurement: History.Key
  private let goal: Goal
  /// The best value so far.
  public private(set) var best: Double?
  /// The epoch of the saved state, if known.
  private var savedEpoch: Int?

  /// Saves to `file` whenever `measurement` improves; by default the validation loss.
  public init(_ file: URL, measurement: History.Key = .loss, goal: Goal = .minimum) {
    self.file = file
    self.measurement = measurement
    self.goal = goal
  }

  /// Replays the history, and saves the last epoch if it is the best and was not saved because of
  /// an error or the end of the process.
  public func trainingWillBegin(_ training: any Training) throws {
    best = nil
    var bestEpoch: Int?
    for epoch in training.history.epochs {
      if let value = epoch[measurement], improves(value) { bestEpoch = epoch.index }
    }
    guard let savedEpoch, let bestEpoch, savedEpoch != bestEpoch else { return }
    if bestEpoch == training.history.epochs.count - 1, !training.isInEpoch {
      try save(training, bestEpoch)
    }
  }

  /// - Throws: ``TrainingError`` where the epoch lacks the measurement or its state is not finite.
  public func epochDidEnd(_ training: any Training, _ epoch: History.Epoch) throws {
    if improves(try training.value(of: measurement, in: epoch)) { try save(training, epoch.index) }
  }

  public func savedState() throws -> Data? { try JSONEncoder().encode(savedEpoch ?? -1) }

  public func restore(_ state: Data) throws {
    savedEpoch = try JSONDecoder().decode(Int.self, from: state)
  }

  private func save(_ training: any Training, _ epoch: Int) throws {
    savedEpoch = epoch
    do {
      try training.save(to: file)
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
