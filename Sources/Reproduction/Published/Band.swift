/// The spread of a figure over runs that differ only in their random numbers.
package struct Band: Sendable, Equatable {
  package let minimum: Double
  /// The median of the runs; nil where only the ends are known.
  package let median: Double?
  package let maximum: Double
  /// The number of runs.
  package let runs: Int

  package init(minimum: Double, median: Double? = nil, maximum: Double, runs: Int) {
    guard minimum <= maximum, runs > 0 else {
      fatalError("Band: \(runs) runs from \(minimum) to \(maximum)")
    }
    self.minimum = minimum
    self.median = median
    self.maximum = maximum
    self.runs = runs
  }

  /// The range from the lowest to the highest run.
  package var range: ClosedRange<Double> { minimum...maximum }

  /// The accepted interval for a correct implementation.
  ///
  /// A further run is outside of the range of 11 others one time in six, so the range is widened:
  /// by half its width for ten or more runs, by its width for three to nine. It is nil for fewer
  /// runs.
  package var accepted: ClosedRange<Double>? {
    let width = maximum - minimum
    switch runs {
    case 10...: return (minimum - width / 2)...(maximum + width / 2)
    case 3...9: return (minimum - width)...(maximum + width)
    default: return nil
    }
  }
}
