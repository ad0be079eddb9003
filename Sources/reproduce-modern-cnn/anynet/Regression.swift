/// The root of the mean squared distance of `values` from the line that fits them best over their
/// index.
package func lineResidual(_ values: [Double]) -> Double {
  let count = Double(values.count)
  guard count > 1 else { return 0 }
  let middle = (count - 1) / 2
  let mean = values.reduce(0, +) / count
  let places = values.indices.map { Double($0) - middle }
  let slope =
    zip(places, values).map { $0 * ($1 - mean) }.reduce(0, +)
    / places.map { $0 * $0 }.reduce(0, +)
  let squares = zip(places, values).map { place, value in
    let distance = value - mean - slope * place
    return distance * distance
  }
  return (squares.reduce(0, +) / count).squareRoot()
}

/// Spearman's rank correlation: the correlation of the ranks, where equal values share the mean of
/// theirs. It is 1 where one of the two is constant, as of a single value.
package func rankCorrelation(_ a: [Double], _ b: [Double]) -> Double {
  let (a, b) = (ranks(a), ranks(b))
  let middle = Double(a.count + 1) / 2
  func products(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).map { ($0 - middle) * ($1 - middle) }.reduce(0, +)
  }
  let spread = (products(a, a) * products(b, b)).squareRoot()
  return spread > 0 ? products(a, b) / spread : 1
}

/// The rank of each value, from 1; equal values have the mean of their ranks.
private func ranks(_ values: [Double]) -> [Double] {
  values.map { value in
    let (below, equal) = (values.count { $0 < value }, values.count { $0 == value })
    return Double(below) + Double(equal + 1) / 2
  }
}
