import Foundation
import GannetTensor

/// A learning rate schedule: a function of the index of the step or epoch, from 0 on (Dive into
/// Deep Learning, section 12.11).
///
///     let schedule = Schedule.cosine(from: 0.3, to: 0.01, over: 20).warmedUp(over: 5)
///     for epoch in 0..<30 {
///       optimizer.learningRate = schedule(epoch)
///       ...
///     }
///
/// A schedule has no state, so training can resume at any index. After the end, the last rate
/// remains.
public struct Schedule: Sendable {
  private let rate: @Sendable (Int) -> Double

  /// Makes a custom schedule.
  public init(_ rate: @escaping @Sendable (_ index: Int) -> Double) { self.rate = rate }

  /// The learning rate at `index`; negative indices count as 0.
  public func callAsFunction(_ index: Int) -> Float { Float(rate(max(0, index))) }

  /// A constant rate.
  public static func constant(_ rate: Double) -> Schedule { Schedule { _ in rate } }

  /// Step decay: `base` times `factor` after every `interval`.
  public static func step(_ base: Double, every interval: Int, factor: Double) -> Schedule {
    checkLength(interval, "step")
    return Schedule { base * pow(factor, Double($0 / interval)) }
  }

  /// Step decay: `base` times `factor` from each of `milestones` on.
  public static func multiStep(_ base: Double, at milestones: [Int], factor: Double) -> Schedule {
    Schedule { index in base * pow(factor, Double(milestones.count { $0 <= index })) }
  }

  /// Exponential decay base · factorⁱ, at least `floor`, 0 by default.
  public static func exponential(_ base: Double, factor: Double, floor: Double = 0) -> Schedule {
    Schedule { max(floor, base * pow(factor, Double($0))) }
  }

  /// Inverse square root decay base / √(i + 1).
  public static func squareRoot(_ base: Double) -> Schedule {
    Schedule { base / (Double($0) + 1).squareRoot() }
  }

  /// Linear from `first` to `last`, which is reached at index `length`.
  public static func linear(from first: Double, to last: Double, over length: Int) -> Schedule {
    checkLength(length, "linear")
    return Schedule { first + (last - first) * min(1, Double($0) / Double(length)) }
  }

  /// Cosine annealing from `first` to `last`, 0 by default, which is reached at index `length`
  /// (Loshchilov and Hutter, 2016).
  public static func cosine(from first: Double, to last: Double = 0, over length: Int) -> Schedule {
    checkLength(length, "cosine")
    return Schedule { cosineBetween(first, last, at: Double($0) / Double(length)) }
  }

  /// Cosine annealing with warm restarts: from `first` towards `last`, which the next cycle's start
  /// takes the place of, over `length` indices, and each cycle `growth` times as long as the one before
  /// (Loshchilov and Hutter, 2016).
  public static func cosineRestarts(
    from first: Double, to last: Double = 0, over length: Int, growth: Int = 1
  ) -> Schedule {
    checkLength(length, "cosineRestarts")
    guard growth >= 1 else {
      fail("Schedule.cosineRestarts: growth \(growth), expected 1 or more")
    }
    return Schedule { index in
      var (place, cycle) = (index, length)
      if growth == 1 { place %= cycle }
      while place >= cycle {
        place -= cycle
        cycle = cycle.multipliedReportingOverflow(by: growth).overflow ? .max : cycle * growth
      }
      return cosineBetween(first, last, at: Double(place) / Double(cycle))
    }
  }

  /// The one-cycle policy: up to `peak` and down to a small rate at the last of `length` steps, as
  /// in PyTorch (Smith, 2017).
  ///
  /// - Parameters:
  ///   - peak: The highest rate.
  ///   - length: The number of steps in the cycle.
  ///   - rise: The fraction of the steps up to the peak, 0.3 by default. If it is exactly one step,
  ///     the peak is the first rate.
  ///   - shape: The curve between rates; cosine by default.
  ///   - start: The initial rate as a fraction of the peak.
  ///   - end: The final rate as a fraction of the initial one.
  public static func oneCycle(
    peak: Double, over length: Int, rise: Double = 0.3, shape: CycleShape = .cosine,
    start: Double = 1 / 25, end: Double = 1e-4
  ) -> Schedule {
    cycle(
      peak * start, peak, peak * start * end, over: length, rise: rise, shape: shape)
  }

  /// The momentum schedule of ``oneCycle(peak:over:rise:shape:start:end:)``: inverse to the rate,
  /// from `high` to `low` and back.
  public static func oneCycleMomentum(
    from high: Double = 0.95, to low: Double = 0.85, over length: Int, rise: Double = 0.3,
    shape: CycleShape = .cosine
  ) -> Schedule {
    cycle(high, low, high, over: length, rise: rise, shape: shape)
  }

  /// The curve between the values of a cycle.
  public enum CycleShape: Sendable {
    /// Half a wave of a cosine.
    case cosine
    /// A straight line.
    case linear
  }

  private static func cycle(
    _ first: Double, _ middle: Double, _ last: Double, over length: Int, rise: Double,
    shape: CycleShape
  ) -> Schedule {
    checkLength(length, "oneCycle")
    guard (0...1).contains(rise) else { fail("Schedule.oneCycle: rise \(rise), expected 0 to 1") }
    let top = rise * Double(length) - 1
    let end = Double(length - 1)
    return Schedule { index in
      let position = min(Double(index), end)
      let isRising = position <= top
      let (from, to) = isRising ? (first, middle) : (middle, last)
      let (passed, length) = isRising ? (position, top) : (position - top, end - top)
      let share = length > 0 ? passed / length : 1
      switch shape {
      case .cosine: return cosineBetween(from, to, at: share)
      case .linear: return from + (to - from) * share
      }
    }
  }

  /// Adds a linear warm-up from `start`, 0 by default, to the first rate, which is reached at index
  /// `length`; this schedule then begins.
  public func warmedUp(over length: Int, from start: Double = 0) -> Schedule {
    Schedule.checkLength(length, "warmedUp")
    let rate = self.rate
    return Schedule { index in
      guard index < length else { return rate(index - length) }
      return start + (rate(0) - start) * Double(index) / Double(length)
    }
  }

  private static func cosineBetween(_ first: Double, _ last: Double, at share: Double) -> Double {
    last + (first - last) / 2 * (1 + cos(.pi * min(1, share)))
  }

  private static func checkLength(_ length: Int, _ name: StaticString) {
    guard length > 0 else { fail("Schedule.\(name): \(length) steps, expected 1 or more") }
  }
}
