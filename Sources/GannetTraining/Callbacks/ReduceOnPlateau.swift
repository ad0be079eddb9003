import Foundation
import GannetNN
import GannetTensor

/// Reduces the learning rates of all groups when a measurement has stopped improving, by the rules
/// of PyTorch's `ReduceLROnPlateau`. NaN is never an improvement.
///
/// Checkpoints hold its state, so it stands before ``Checkpoints`` among the callbacks. A
/// ``Scheduling`` beside it would set the rate again.
public final class ReduceOnPlateau: Callback {
  /// The smallest change that counts as an improvement.
  public enum Threshold: Sendable {
    /// A fraction of the best value: better than best · (1 - fraction), or best · (1 + fraction)
    /// for a maximum.
    case relative(Double)
    /// A difference from the best value.
    case absolute(Double)
  }

  private struct State: Codable {
    /// Nil before the first improvement.
    var best: Double?
    /// Epochs without improvement since the best or the last reduction.
    var badCount = 0
    /// Epochs of the cooldown that are left.
    var cooldown = 0
  }

  private let measurement: History.Key
  private let goal: Goal
  private let factor: Double
  private let patience: Int
  private let threshold: Threshold
  private let cooldown: Int
  private let minimumRate: Double
  private let epsilon: Double
  private var state = State()

  /// The best value so far, if any.
  public var best: Double? { state.best }

  /// Watches `measurement` after each epoch. The defaults are PyTorch's.
  ///
  /// - Parameters:
  ///   - measurement: The watched value, by default the validation loss.
  ///   - goal: The direction in which it improves; the minimum by default.
  ///   - factor: The factor of a reduction, from 0 to below 1; 0.1 by default.
  ///   - patience: The number of epochs without improvement that are tolerated, after which the
  ///     next one reduces; 10 by default.
  ///   - threshold: The smallest change that counts; a relative one of 1e-4 by default.
  ///   - cooldown: The number of epochs after a reduction that are not counted; 0 by default.
  ///   - minimumRate: The rate below which no group's rate is reduced; 0 by default.
  ///   - epsilon: The largest change of a rate that is left out as too small; 1e-8 by default.
  public init(
    _ measurement: History.Key = .loss, goal: Goal = .minimum, factor: Double = 0.1,
    patience: Int = 10, threshold: Threshold = .relative(1e-4), cooldown: Int = 0,
    minimumRate: Double = 0, epsilon: Double = 1e-8
  ) {
    guard (0..<1).contains(factor) else {
      fail("ReduceOnPlateau: factor \(factor), expected 0 or more and less than 1")
    }
    guard patience >= 0, cooldown >= 0, minimumRate >= 0, epsilon >= 0 else {
      fail(
        "ReduceOnPlateau: patience \(patience), cooldown \(cooldown), minimumRate \(minimumRate), "
          + "epsilon \(epsilon), expected 0 or more")
    }
    self.measurement = measurement
    self.goal = goal
    self.factor = factor
    self.patience = patience
    self.threshold = threshold
    self.cooldown = cooldown
    self.minimumRate = minimumRate
    self.epsilon = epsilon
  }

  /// - Throws: ``TrainingError`` where the epoch lacks the measurement.
  public func epochDidEnd(_ training: any Training, _ epoch: History.Epoch) throws {
    let value = try training.value(of: measurement, in: epoch)
    if isBetter(value) {
      state.best = value
      state.badCount = 0
    } else {
      state.badCount += 1
    }
    if state.cooldown > 0 {
      state.cooldown -= 1
      state.badCount = 0
    }
    guard state.badCount > patience else { return }
    for group in training.optimizer.groups { reduce(group) }
    state.cooldown = cooldown
    state.badCount = 0
  }

  private func reduce(_ group: ParameterGroup) {
    let rate = Double(group.learningRate)
    let reduced = max(rate * factor, minimumRate)
    if rate - reduced > epsilon { group.learningRate = Float(reduced) }
  }

  private func isBetter(_ value: Double) -> Bool {
    let best = state.best ?? (goal == .minimum ? .infinity : -.infinity)
    switch (goal, threshold) {
    case (.minimum, .relative(let fraction)): return value < best * (1 - fraction)
    case (.minimum, .absolute(let margin)): return value < best - margin
    case (.maximum, .relative(let fraction)): return value > best * (1 + fraction)
    case (.maximum, .absolute(let margin)): return value > best + margin
    }
  }

  public func savedState() throws -> Data? {
    let encoder = JSONEncoder()
    encoder.nonConformingFloatEncodingStrategy = .text
    return try encoder.encode(state)
  }

  public func restore(_ data: Data) throws {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .text
    state = try decoder.decode(State.self, from: data)
  }
}
