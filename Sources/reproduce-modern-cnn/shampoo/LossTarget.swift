import Foundation
import Gannet

/// Ends a training when the mean loss of the last steps has come down to a target.
final class LossTarget: Callback {
  /// The number of steps of the mean.
  static let window = 20

  private let target: Double
  private var losses: [Double] = []
  private var start = ContinuousClock.now
  /// The steps and seconds until the target; nil if the training ended before.
  private(set) var reached: (steps: Int, seconds: Double)?
  /// The mean loss after each step from which there is one.
  private(set) var means: [Double] = []

  init(_ target: Double) { self.target = target }

  func trainingWillBegin(_ training: any Training) { start = .now }

  func stepDidEnd(_ training: any Training, _ progress: TrainingProgress) {
    losses.append(progress.loss)
    let count = min(losses.count, Self.window)
    let mean = losses.suffix(count).reduce(0, +) / Double(count)
    means.append(mean)
    guard count == Self.window, mean <= target else { return }
    reached = (progress.step + 1, (ContinuousClock.now - start) / .seconds(1))
    training.stop()
  }
}
