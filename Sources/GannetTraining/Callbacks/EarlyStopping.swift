import GannetTensor

/// Whether a measurement gets better by falling or by rising.
public enum Goal: Sendable {
  case minimum
  case maximum

  /// Whether `new` is better than `old` by more than `margin`. Nothing is better than NaN is never.
  func isBetter(_ new: Double, than old: Double?, by margin: Double = 0) -> Bool {
    guard let old else { return !new.isNaN }
    switch self {
    case .minimum: return new < old - margin
    case .maximum: return new > old + margin
    }
  }
}

/// Ends a training when a measurement has not become better for a number of epochs: the patience
/// criterion of the book's section 5.5.3.
public final class EarlyStopping<Batch>: Callback {
  /// What is watched: a name of the validation's measurements, or `training loss`.
  public let measurement: String
  /// How many epochs may pass without a better value.
  public let patience: Int
  /// By how much a value must be better to count.
  public let margin: Double
  private let goal: Goal
  /// The best value, and the epoch in which it was seen.
  public private(set) var best: (value: Double, epoch: Int)?

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

  /// Replays the epochs of a resumed training.
  public func trainingWillBegin(_ trainer: Trainer<Batch>) {
    best = nil
    for epoch in trainer.history.epochs { observe(epoch) }
  }

  public func epochDidEnd(_ trainer: Trainer<Batch>, _ epoch: History.Epoch) {
    observe(epoch)
    if let best, epoch.index - best.epoch >= patience { trainer.stop() }
  }

  private func observe(_ epoch: History.Epoch) {
    let value = epoch.value(of: measurement)
    if goal.isBetter(value, than: best?.value, by: margin) { best = (value, epoch.index) }
  }
}
