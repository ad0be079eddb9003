import GannetTensor

/// Adds the tensors of a rank's parts by the fixed tree: neighbours first, then neighbouring sums,
/// whose numbers of parts are powers of two. A part without a tensor counts as zeros.
package struct PartSums {
  /// Sums of 2 to the power of `height` parts each, from the highest to the lowest.
  private var levels: [(height: Int, sums: [Tensor?])] = []

  package init() {}

  /// Adds the next part's tensors.
  package mutating func add(_ part: [Tensor?]) {
    var (height, sums) = (0, part)
    while levels.last?.height == height {
      var earlier = levels.removeLast().sums
      for index in sums.indices {
        sums[index] = Self.sum(earlier[index].take(), sums[index].take())
      }
      height += 1
    }
    levels.append((height, sums))
  }

  /// The sum of the tensors of one index over all parts, the last of which has not been added but
  /// has `last`; the sums before are released.
  package mutating func total(at index: Int, adding last: consuming Tensor?) -> Tensor? {
    var total = last
    for level in levels.indices.reversed() {
      total = Self.sum(levels[level].sums[index].take(), total.take())
    }
    return total
  }

  private static func sum(_ a: consuming Tensor?, _ b: consuming Tensor?) -> Tensor? {
    guard var a else { return b.map { $0 + 0 } }  // as after zeros: -0 becomes 0
    guard let b else { return a + 0 }
    a += b
    return a
  }
}
