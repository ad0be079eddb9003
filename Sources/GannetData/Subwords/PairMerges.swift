/// Two adjacent symbols of a word, by their numbers.
struct SymbolPair: Hashable, Sendable {
  var first: Int32
  var second: Int32
}

/// The merges of byte-pair encoding, applied to words of numbered symbols.
struct PairMerges: Sendable {
  private var results: [SymbolPair: (rank: Int, symbol: Int32)] = [:]

  /// Adds a merge behind the others; one that is already there stays where it is.
  mutating func append(_ pair: SymbolPair, into symbol: Int32) {
    if results[pair] == nil { results[pair] = (results.count, symbol) }
  }

  /// Merges pairs until none is left that can be: of all pairs that which was added first, of its
  /// places the leftmost.
  ///
  /// The time is O(n log n) for n symbols, so that a text without spaces takes no longer than
  /// another.
  func apply(to symbols: [Int32]) -> [Int32] {
    guard symbols.count > 1 else { return symbols }
    var symbols = symbols
    // Neighbours; what is merged away has the symbol `gone`.
    var next = Array(1...symbols.count)
    var previous = Array(-1..<symbols.count - 1)
    let (end, gone) = (symbols.count, Int32.min)
    var candidates = Heap<(rank: Int, place: Int)>()
    func merge(at place: Int) -> (rank: Int, symbol: Int32)? {
      guard symbols[place] != gone, next[place] < end else { return nil }
      return results[SymbolPair(first: symbols[place], second: symbols[next[place]])]
    }
    func consider(_ place: Int) {
      guard let merge = merge(at: place) else { return }
      candidates.insert((merge.rank, place), by: <)
    }
    for place in symbols.indices { consider(place) }
    while let candidate = candidates.popFirst(by: <) {
      // A neighbour may have changed since.
      guard let merge = merge(at: candidate.place), merge.rank == candidate.rank else { continue }
      let second = next[candidate.place]
      symbols[candidate.place] = merge.symbol
      symbols[second] = gone
      next[candidate.place] = next[second]
      if next[second] < end { previous[next[second]] = candidate.place }
      consider(candidate.place)
      if previous[candidate.place] >= 0 { consider(previous[candidate.place]) }
    }
    return symbols.filter { $0 != gone }
  }
}
