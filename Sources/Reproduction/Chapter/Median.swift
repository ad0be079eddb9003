extension [Double] {
  /// The median, the mean of the middle two of an even number; NaN where one is NaN, nil of none.
  var median: Double? {
    guard !isEmpty else { return nil }
    guard !contains(where: \.isNaN) else { return .nan }
    let sorted = sorted()
    let middle = sorted.count / 2
    return sorted.count.isMultiple(of: 2)
      ? (sorted[middle - 1] + sorted[middle]) / 2
      : sorted[middle]
  }
}
