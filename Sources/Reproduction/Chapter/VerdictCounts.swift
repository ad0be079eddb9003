/// The numbers of figures by verdict.
package struct VerdictCounts: Sendable, Equatable {
  private var counts: [Verdict: Int] = [:]

  package init() {}

  package init(_ verdicts: some Sequence<Verdict>) {
    for verdict in verdicts { counts[verdict, default: 0] += 1 }
  }

  package subscript(verdict: Verdict) -> Int { counts[verdict, default: 0] }

  /// The number of figures that were judged.
  package var judged: Int { self[.within] + self[.outside] + self[.missing] }

  package static func + (left: Self, right: Self) -> Self {
    var sum = left
    sum.counts.merge(right.counts, uniquingKeysWith: +)
    return sum
  }
}
