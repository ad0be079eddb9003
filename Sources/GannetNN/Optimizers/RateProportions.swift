/// The proportions of groups' learning rates, which hold where all rates are set together.
struct RateProportions {
  /// Multiples of the rate of the leading group, the first whose rate is not 0.
  private(set) var multiples: [Double]
  /// The rates that go with them, by which a change by hand is told.
  private var rates: [Float]

  /// Proportions of `rates`; equal ones where all rates are 0.
  init(of rates: [Float]) {
    multiples = rates.map { _ in 1 }
    self.rates = rates
    take(from: rates)
  }

  /// The proportions `multiples` of rates that are all 0.
  init(multiples: [Double], ofZeros rates: [Float]) {
    (self.multiples, self.rates) = (multiples, rates)
  }

  /// The group whose rate stands for all; nil without groups.
  var leader: Int? { multiples.firstIndex { $0 > 0 } }

  /// Whether the rates, being all 0, don't tell their proportions.
  var isHidden: Bool { rates.allSatisfy { $0 == 0 } && multiples.contains { $0 != 1 } }

  /// These, or those of `current` where it has been changed since; where all of it is 0, these.
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

  /// The rates of the groups where the leading one's is `rate`.
  mutating func scaled(to rate: Float) -> [Float] {
    rates = multiples.map { Float(Double(rate) * $0) }
    return rates
  }
}
