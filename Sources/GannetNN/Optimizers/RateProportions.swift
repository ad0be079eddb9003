/// The proportions of groups' learning rates, which are preserved when all rates are set together.
struct RateProportions {
  /// The rates as multiples of the leading group's, the first whose rate is not 0.
  private(set) var multiples: [Double]
  /// The rates at that time, by which direct changes are detected.
  private var rates: [Float]

  /// Makes the proportions of `rates`, equal if all are 0.
  init(of rates: [Float]) {
    multiples = rates.map { _ in 1 }
    self.rates = rates
    take(from: rates)
  }

  /// Makes the proportions `multiples` of rates that are all 0.
  init(multiples: [Double], ofZeros rates: [Float]) {
    (self.multiples, self.rates) = (multiples, rates)
  }

  /// The index of the leading group; nil without groups.
  var leader: Int? { multiples.firstIndex { $0 > 0 } }

  /// Whether all rates are 0 and their proportions not equal.
  var isHidden: Bool { rates.allSatisfy { $0 == 0 } && multiples.contains { $0 != 1 } }

  /// The proportions of `current` if rates were changed directly, and not all to 0; else these.
  func adapted(to current: [Float]) -> RateProportions {
    guard current != rates else { return self }
    var result = self
    result.take(from: current)
    return result
  }

  private mutating func take(from current: [Float]) {
    rates = current
    guard let first = current.first(where: { $0 > 0 }) else { return }
    multiples = current.map { Double($0) / Double(first) }
  }

  /// Computes the groups' rates for the leading group's `rate`.
  mutating func scaled(to rate: Float) -> [Float] {
    rates = multiples.map { Float(Double(rate) * $0) }
    return rates
  }
}
