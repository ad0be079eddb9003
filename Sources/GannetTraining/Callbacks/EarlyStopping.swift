import GannetTensor

/// Early stopping: ends a training when a measurement has not improved for a number of epochs (Dive
/// into Deep Learning, section 5.5.3). NaN is never an improvement.
///
/// It considers the whole history, also at the start of each `fit`: a training that it has ended
/// does not continue when it is resumed, unless with more patience.
public final class EarlyStopping: Callback {
  /// The watched measurement.
  public let measurement: History.Key
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
    _ measurement: History.Key = .loss, goal: Goal = .minimum, patience: Int, margin: Double = 0
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
  public func trainingWillBegin(_ training: any Training) {
    best = nil
    waited = 0
    for epoch in training.history.epochs {
      if let value = epoch[measurement] { observe(value, epoch) }
    }
    if waited >= patience { training.stop() }
  }

  /// - Throws: ``TrainingError`` where the epoch lacks the measurement.
  public func epochDidEnd(_ training: any Training, _ epoch: History.Epoch) throws {
    observe(try training.value(of: measurement, in: epoch), epoch)
    if waited >= patience { training.stop() }
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
