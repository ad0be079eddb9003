import GannetTensor

/// Ends a training after a number of steps or a time, between two steps.
///
/// An unfinished epoch is not in the history. ``Checkpoints`` save its state, and a later run with
/// a larger budget resumes in its middle with the same bits.
public final class Budget: Callback {
  private let steps: Int?
  private let duration: Duration?
  private let now: () -> Duration
  private var start = Duration.zero
  /// Whether the budget ended the training, or kept it from going on.
  public private(set) var isSpent = false

  /// Makes a budget.
  ///
  /// - Parameters:
  ///   - steps: The largest total number of steps, including those before a resumption; no limit by
  ///     default.
  ///   - duration: The time from the beginning of `fit`, after which no further step begins; no
  ///     limit by default. Each `fit` has it anew.
  public convenience init(steps: Int? = nil, duration: Duration? = nil) {
    let clock = ContinuousClock()
    let origin = clock.now
    self.init(steps: steps, duration: duration) { clock.now - origin }
  }

  package init(steps: Int?, duration: Duration?, now: @escaping () -> Duration) {
    guard steps ?? 0 >= 0, duration ?? .zero >= .zero else {
      fail("Budget: \(steps ?? 0) steps, \(duration ?? .zero), expected 0 or more")
    }
    self.steps = steps
    self.duration = duration
    self.now = now
  }

  public func trainingWillBegin(_ training: any Training) {
    isSpent = false
    start = now()
    stopIfSpent(training)
  }

  public func stepDidEnd(_ training: any Training, _ progress: TrainingProgress) {
    stopIfSpent(training)
  }

  public func stepWasSkipped(_ training: any Training, _ error: TrainingError) {
    stopIfSpent(training)
  }

  private func stopIfSpent(_ training: any Training) {
    let isOverSteps = steps.map { training.stepCount >= $0 } ?? false
    guard isOverSteps || duration.map({ now() - start >= $0 }) ?? false else { return }
    isSpent = true
    training.stop()
  }
}
