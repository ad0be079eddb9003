import GannetTensor

/// The direction in which a measurement improves.
public enum Goal: Sendable {
  case minimum
  case maximum

  /// Whether `new` is better than `old` by more than `margin`; every number is better than nil, NaN
  /// never is.
  func isBetter(_ new: Double, than old: Double?, by margin: Double = 0) -> Bool {
    guard let old else { return !new.isNaN }
    switch self {
    case .minimum: return new < old - margin
    case .maximum: return new > old + margin
    }
  }
}

/// Early stopping: ends a training when a measurement has not improved for a number of epochs (Dive
/// into Deep Learning, section 5.5.3). NaN is never an improvement.
///
/// It considers the whole history, also at the start of each `fit`: a training that it has ended
/// does not continue when it is resumed, unless with more patience.
public final class EarlyStopping<Batch>: Callback {
  /// The name of the watched measurement: one of the validation, or `training loss`.
  public let measurement: String
  /// The number of epochs without improvement after which training ends.
  public let patience: Int
  /// The smallest change that counts as an improvement.
  public let margin: Double
  private let goal: Goal
  /// The best value, with its epoch.
  public private(set) var best: (value: Double, epoch: Int)?
  /// The number of epochs measured since.
  private var waited = 0

  /// Makes a criterion on `measurement`, by default the validation loss.
  public init(
    _ measurement: String = "loss", goal: Goal = .minimum, patience: Int, margin: Double = 0
  ) {
    guard patience >= 1, margin >= 0 else {
      fail("EarlyStopping: patience \(patience), margin \(margin), expected at least 1 and 0")
    }
    self.measurement = measurement
    self.goal = goal
    self.patience = patience
    self.margin = margin
  }

  /// Replays the history; epochs without the measurement are ignored.
  public func trainingWillBegin(_ trainer: Trainer<Batch>) {
    best = nil
    waited = 0
    for epoch in trainer.history.epochs {
      if let value = epoch.knownValue(of: measurement) { observe(value, epoch) }
    }
    if waited >= patience { trainer.stop() }
  }

  /// - Throws: ``TrainingError`` where the epoch lacks the measurement.
  public func epochDidEnd(_ trainer: Trainer<Batch>, _ epoch: History.Epoch) throws {
    observe(try trainer.value(of: measurement, in: epoch), epoch)
    if waited >= patience { trainer.stop() }
  }

  private func observe(_ value: Double, _ epoch: History.Epoch) {
    if goal.isBetter(value, than: best?.value, by: margin) {
      best = (value, epoch.index)
      waited = 0
    } else {
      waited += 1
    }
  }
}

extension Trainer {
  /// The value of a watched measurement in `epoch`; throws a ``TrainingError`` if there is none.
  func value(of measurement: String, in epoch: History.Epoch) throws -> Double {
    guard let value = epoch.knownValue(of: measurement) else {
      throw error(.measurement(measurement, known: epoch.known))
    }
    return value
  }
}
