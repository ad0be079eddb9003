import Gannet

extension Tensor {
  /// The values as numbers of plots.
  var numbers: [Double] { scalars.map(Double.init) }

  /// The largest difference of the sums along the last axis from 1.
  var largestDifferenceFromSumOne: Double {
    Double(abs(sum(along: [-1]) - 1).max().scalar)
  }
}
