import GannetTensor

/// The search for a step's length that fulfils the strong Wolfe conditions: the loss falls enough, and
/// its slope becomes flat enough (Nocedal and Wright, 2006, algorithms 3.5 and 3.6, as in PyTorch).
struct WolfeSearch {
  /// A length of the step, with what the loss is there.
  private struct Trial {
    var length: Double
    var point: FlatObjective.Point
    var slope: Double
    var loss: Double { point.loss }
  }

  /// The share of the slope by which the loss must fall.
  private static let decrease = 1e-4
  /// The share of the slope that may remain.
  private static let curvature = 0.9
  /// The size of the bracket below which the search ends.
  private static let changeTolerance = 1e-9

  private(set) var evaluations = 0

  private let objective: FlatObjective
  private let values: [Tensor]
  private let direction: Tensor
  private let start: Trial
  private let maximumEvaluations: Int

  init(
    _ objective: FlatObjective, from point: FlatObjective.Point, along direction: Tensor,
    slope: Double, maximumEvaluations: Int
  ) {
    self.objective = objective
    values = objective.values
    self.direction = direction
    start = Trial(length: 0, point: point, slope: slope)
    self.maximumEvaluations = maximumEvaluations
  }

  /// Searches from `length` on, moves the parameters there, and returns what the loss is there.
  mutating func run(from length: Double) -> (point: FlatObjective.Point, length: Double) {
    let best = search(from: length)
    objective.values = values
    objective.move(along: direction, by: best.length)
    return (best.point, best.length)
  }

  private mutating func trial(_ length: Double) -> Trial {
    objective.values = values
    objective.move(along: direction, by: length)
    evaluations += 1
    let point = objective.evaluate()
    return Trial(length: length, point: point, slope: point.gradient.dot(direction))
  }

  /// Whether the loss does not fall enough.
  private func isTooHigh(_ trial: Trial) -> Bool {
    trial.loss > start.loss + Self.decrease * trial.length * start.slope
  }

  private func isFlat(_ trial: Trial) -> Bool {
    abs(trial.slope) <= -Self.curvature * start.slope
  }

  /// Lengthens the step until a good one is found or enclosed.
  private mutating func search(from length: Double) -> Trial {
    var (previous, current) = (start, trial(length))
    // PyTorch counts the iterations, of which the first evaluation is none.
    var iteration = 0
    while iteration < maximumEvaluations {
      if isTooHigh(current) || (iteration > 1 && current.loss >= previous.loss) {
        return refine(previous, current, iteration)
      }
      if isFlat(current) { return current }
      if current.slope >= 0 { return refine(previous, current, iteration) }
      let next = cubicMinimum(
        previous, current,
        within: current.length + 0.01 * (current.length - previous.length), current.length * 10)
      previous = current
      current = trial(next)
      iteration += 1
    }
    return start.loss <= current.loss ? start : current
  }

  /// Narrows a bracket of two lengths around a good one.
  private mutating func refine(_ first: Trial, _ second: Trial, _ iterations: Int) -> Trial {
    var (low, high) = first.loss <= second.loss ? (first, second) : (second, first)
    let norm = direction.largestMagnitude
    var isStuck = false
    var iteration = iterations
    while iteration < maximumEvaluations,
      abs(high.length - low.length) * norm >= Self.changeTolerance
    {
      let (least, most) = (min(low.length, high.length), max(low.length, high.length))
      var length = cubicMinimum(low, high, within: least, most)
      // A length close to an end of the bracket, the second time or at the end itself, is moved away
      // from it.
      let margin = 0.1 * (most - least)
      if min(most - length, length - least) < margin {
        if isStuck || length >= most || length <= least {
          length = abs(length - most) < abs(length - least) ? most - margin : least + margin
          isStuck = false
        } else {
          isStuck = true
        }
      } else {
        isStuck = false
      }
      let current = trial(length)
      iteration += 1
      if isTooHigh(current) || current.loss >= low.loss {
        high = current
        if high.loss < low.loss { swap(&low, &high) }
      } else {
        if isFlat(current) { return current }
        if current.slope * (high.length - low.length) >= 0 { high = low }
        low = current
      }
    }
    return low
  }

  /// The minimum of the cubic with the losses and slopes of two trials, within bounds.
  private func cubicMinimum(_ a: Trial, _ b: Trial, within low: Double, _ high: Double) -> Double {
    let (a, b) = a.length <= b.length ? (a, b) : (b, a)
    let d1 = a.slope + b.slope - 3 * (a.loss - b.loss) / (a.length - b.length)
    let square = d1 * d1 - a.slope * b.slope
    guard square >= 0 else { return (low + high) / 2 }
    let d2 = square.squareRoot()
    let place =
      b.length - (b.length - a.length) * ((b.slope + d2 - d1) / (b.slope - a.slope + 2 * d2))
    return min(max(place, low), high)
  }
}
