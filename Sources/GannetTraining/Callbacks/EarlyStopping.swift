import GannetTensor

/// Whether a measurement gets better by falling or by rising.
public enum Goal: Sendable {
  case minimum
  case maximum

  /// Whether `new` is better than `old` by more than `margin`: any number than nil, NaN never.
  func isBetter(_ new: Double, than old: Double?, by margin: Double = 0) -> Bool {
    guard let old else { return !new.isNaN }
    switch self {
    case .minimum: return new < old - margin
    case .maximum: return new > old + margin
    }
  }
}

/// Ends a training when a measurement has not become better for a number of epochs: the patience
/// criterion of the book's section 5.5.3. NaN is never better, from the first epoch on.
///
/// It judges by the whole history, before the first epoch of each `fit` too: a training that it has
/// ended is not gone on with when it is resumed or `fit` is called again, unless with more
/// patience.
public final class EarlyStopping<Batch>: Callback {
  /// The name of the watched measurement: one of the validation's, or `training loss`.
  public let measurement: String
  /// How many epochs may pass without a better value.
  public let patience: Int
  /// By how much a value must be better to count.
  public let margin: Double
  private let goal: Goal
  /// The best value, and the epoch in which it was seen.
  public private(set) var best: (value: Double, epoch: Int)?
  /// How many epochs have been measured since.
  private var waited = 0

  /// A criterion on `measurement`; the defaults watch the validation loss.
  public init(
    _ measurement: String = "loss", goal: Goal = .minimum, patience: Int, margin: Double = 0
  ) {
    guard patience >= 1, margin >= 0 else {
      fail("EarlyStopping: patience \(patience), margin \(margin)")
    }
    self.measurement = measurement
    self.goal = goal
    self.patience = patience
    self.margin = margin
  }

  /// Replays the epochs of the training so far; those without the measurement don't count.
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
  /// The value of a watched measurement in `epoch`; throws a ``TrainingError`` if the epoch has
  /// none of that name.
  func value(of measurement: String, in epoch: History.Epoch) throws -> Double {
    guard let value = epoch.knownValue(of: measurement) else {
      throw error(.measurement(measurement, known: epoch.known))
    }
    return value
  }
}
