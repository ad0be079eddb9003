import GannetTensor

/// A data set of chosen examples of another one, in a given order.
public struct Subset<Base: Dataset>: Dataset {
  /// The data set that the examples are from.
  public let base: Base

  /// The index in `base` of each example.
  public let indices: [Int]

  /// Makes a subset; stops if an index is out of range.
  public init(_ base: Base, indices: some Sequence<Int>) {
    self.base = base
    self.indices = Array(indices)
    base.checkIndices(self.indices)
  }

  public var count: Int { indices.count }

  public func batch(at indices: [Int]) throws -> sending Base.Batch {
    try base.batch(at: indices.map { self.indices[$0] })
  }

  public func batch(at indices: [Int], using streams: [RandomStream]) throws -> sending Base.Batch {
    try base.batch(at: indices.map { self.indices[$0] }, using: streams)
  }
}

extension Dataset {
  /// Splits the set at random into parts, such as training and validation sets.
  ///
  ///     let parts = set.randomSplit(fractions: [0.8, 0.2], seed: 0)
  ///
  /// - Parameters:
  ///   - fractions: Each part's fraction of the examples; their sum is at most 1. Parts are
  ///     disjoint.
  ///   - seed: The seed of the random split; equal seeds give equal parts.
  public func randomSplit(fractions: [Double], seed: UInt64) -> [Subset<Self>] {
    guard fractions.allSatisfy({ $0 >= 0 }), fractions.reduce(0, +) <= 1 + 1e-9 else {
      fail("randomSplit: the fractions \(fractions) are negative or exceed 1 in sum")
    }
    let order = Permutation(count: count, stream: .order(seed: seed), epoch: 0).indices
    var sum = 0.0
    var start = 0
    return fractions.map { fraction in
      sum += fraction
      let end = Swift.min(count, Int((sum * Double(count)).rounded()))
      defer { start = end }
      return Subset(self, indices: order[start..<end])
    }
  }
}
