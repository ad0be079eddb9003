/// The cut of all gradients into buckets, each of which is summed over the ranks at once.
package struct BucketPlan {
  /// The indices of each bucket's parameters.
  package let buckets: [[Int]]

  /// The largest numbers of elements of the first bucket and of the others, unless one parameter has
  /// more: 1 MB, so that the exchange begins early, and 4 MB, so that little is left when the pass ends. A
  /// sum goes in blocks, and gains nothing from more.
  package static let limits = (first: 1 << 18, other: 4 << 18)

  /// Fills buckets with the parameters in `order`, that in which gradients are complete.
  package init(order: [Int], sizes: [Int]) {
    var buckets: [[Int]] = []
    var room = 0
    for index in order {
      if room < sizes[index] || buckets.isEmpty {
        room = buckets.isEmpty ? Self.limits.first : Self.limits.other
        buckets.append([])
      }
      buckets[buckets.count - 1].append(index)
      room -= sizes[index]
    }
    self.buckets = buckets
  }
}
