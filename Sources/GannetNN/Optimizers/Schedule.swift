import Foundation
import GannetTensor

/// A learning rate as a function of the step's or the epoch's index, from 0 on (the book's section
/// 12.11).
///
///     let schedule = Schedule.cosine(from: 0.3, to: 0.01, over: 20).warmedUp(over: 5)
///     for epoch in 0..<30 {
///       optimizer.learningRate = schedule(epoch)
///       ...
///     }
///
/// A schedule has no state: after a break, training goes on at any index. Beyond the end of one with
/// a length its last rate stays.
public struct Schedule: Sendable {
  private let rate: @Sendable (Int) -> Double

  /// A schedule of one's own.
  public init(_ rate: @escaping @Sendable (_ index: Int) -> Double) { self.rate = rate }

  /// The learning rate at `index`; what lies before 0 is as at 0.
  public func callAsFunction(_ index: Int) -> Float { Float(rate(max(0, index))) }

  /// Always `rate`.
  public static func constant(_ rate: Double) -> Schedule { Schedule { _ in rate } }

  /// `base`, times `factor` after every `interval`.
  public static func step(_ base: Double, every interval: Int, factor: Double) -> Schedule {
    checkLength(interval, "step")
    return Schedule { base * pow(factor, Double($0 / interval)) }
  }

  /// `base`, times `factor` from each of `milestones` on.
  public static func multiStep(_ base: Double, at milestones: [Int], factor: Double) -> Schedule {
    Schedule { index in base * pow(factor, Double(milestones.count { $0 <= index })) }
  }

  /// base · factorⁱ, but never below `floor`.
  public static func exponential(_ base: Double, factor: Double, floor: Double = 0) -> Schedule {
    Schedule { max(floor, base * pow(factor, Double($0))) }
  }

  /// base / √(i + 1).
  public static func squareRoot(_ base: Double) -> Schedule {
    Schedule { base / (Double($0) + 1).squareRoot() }
  }

  /// In a straight line from `first` to `last`, which is reached at index `length` and stays.
  public static func linear(from first: Double, to last: Double, over length: Int) -> Schedule {
    checkLength(length, "linear")
    return Schedule { first + (last - first) * min(1, Double($0) / Double(length)) }
  }

  /// Half a period of the cosine from `first` down to `last`, which is reached at index `length` and
  /// stays (Loshchilov and Hutter, 2016).
  public static func cosine(from first: Double, to last: Double = 0, over length: Int) -> Schedule {
    checkLength(length, "cosine")
    return Schedule { cosineBetween(first, last, at: Double($0) / Double(length)) }
  }

  /// Up to `peak` and far down again in `length` steps, the last of which has the lowest rate (Smith,
  /// 2017), as PyTorch does it.
  ///
  /// - Parameters:
  ///   - peak: The highest rate.
  ///   - length: The number of steps of the whole cycle.
  ///   - rise: The share of the steps until the peak, 0 to 1. A rise of exactly one step has no
  ///     length: the peak is the first rate.
  ///   - shape: How the rate goes from one to the next.
  ///   - start: The share of the peak at the start.
  ///   - end: The share of the start at the end.
  public static func oneCycle(
    peak: Double, over length: Int, rise: Double = 0.3, shape: CycleShape = .cosine,
    start: Double = 1 / 25, end: Double = 1e-4
  ) -> Schedule {
    cycle(
      peak * start, peak, peak * start * end, over: length, rise: rise, shape: shape)
  }

  /// The momentum that goes with ``oneCycle(peak:over:rise:shape:start:end:)``: high, low where the
  /// rate is highest, and high again.
  public static func oneCycleMomentum(
    from high: Double = 0.95, to low: Double = 0.85, over length: Int, rise: Double = 0.3,
    shape: CycleShape = .cosine
  ) -> Schedule {
    cycle(high, low, high, over: length, rise: rise, shape: shape)
  }

  /// How a cycle goes from one value to the next.
  public enum CycleShape: Sendable {
    case cosine
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

  /// This schedule, begun anew after a rise in a straight line from `start` to its first rate, which is
  /// reached at index `length`.
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
