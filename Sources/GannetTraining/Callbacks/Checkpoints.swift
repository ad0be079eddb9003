import Foundation
import GannetTensor

/// Saves checkpoints after every epoch, every few steps, and at the end.
///
/// A state that is not finite or cannot be written ends the training by an error. After any error,
/// the file holds the last saved state.
public final class Checkpoints: Callback {
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

  public func stepDidEnd(_ training: any Training, _ progress: TrainingProgress) throws {
    if let interval, training.stepCount % interval == 0 { try training.save(to: file) }
  }

  public func epochDidEnd(_ training: any Training, _ epoch: History.Epoch) throws {
    try training.save(to: file)
  }

  public func trainingDidEnd(_ training: any Training) throws { try training.save(to: file) }
}
