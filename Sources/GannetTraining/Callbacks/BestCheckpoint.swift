import Foundation
import GannetTensor

/// Saves a checkpoint of the state with the best measurement, after an epoch or in the middle of
/// one; NaN is never the best.
///
/// It stands behind callbacks whose states it is to save.
public final class BestCheckpoint: Callback {
  private let file: URL
  private let measurement: History.Key
  private let goal: Goal
  /// The best value so far.
  public private(set) var best: Double?
  /// The index of the saved state's evaluation among those of the history, -1 after a failure, nil
  /// if unknown.
  private var saved: Int?
  /// Whether the state is to be saved when the step has ended.
  private var isDue = false

  /// Saves to `file` whenever `measurement` improves; by default the validation loss.
  public init(_ file: URL, measurement: History.Key = .loss, goal: Goal = .minimum) {
    self.file = file
    self.measurement = measurement
    self.goal = goal
  }

  /// Replays the history, and saves the state of the last evaluation if it is the best and was not
  /// saved because of an error or the end of the process.
  public func trainingWillBegin(_ training: any Training) throws {
    best = nil
    isDue = false
    var bestIndex: Int?
    let values = training.history.values(of: measurement)
    for (index, value) in values.enumerated() {
      if let value, improves(value) { bestIndex = index }
    }
    guard let saved, let bestIndex, saved != bestIndex, bestIndex == values.count - 1 else {
      return
    }
    let last = training.history.validations.last { $0.epoch == training.epoch }
    guard last.map({ $0.step == training.stepCount }) ?? !training.isInEpoch else { return }
    try save(training)
  }

  public func validationDidEnd(_ training: any Training, _ validation: History.Validation) {
    if let value = validation[measurement], improves(value) { isDue = true }
  }

  public func stepDidEnd(_ training: any Training, _ progress: TrainingProgress) throws {
    if isDue { try save(training) }
  }

  /// - Throws: ``TrainingError`` where the epoch lacks the measurement or its state is not finite.
  public func epochDidEnd(_ training: any Training, _ epoch: History.Epoch) throws {
    if improves(try training.value(of: measurement, in: epoch)) { try save(training) }
  }

  public func savedState() throws -> Data? { try JSONEncoder().encode(saved ?? -1) }

  public func restore(_ state: Data) throws {
    saved = try JSONDecoder().decode(Int.self, from: state)
  }

  private func save(_ training: any Training) throws {
    isDue = false
    saved = training.history.epochs.count + training.history.validations.count - 1
    do {
      try training.save(to: file)
    } catch {
      saved = -1
      throw error
    }
  }

  private func improves(_ value: Double) -> Bool {
    guard goal.isBetter(value, than: best) else { return false }
    best = value
    return true
  }
}
