/// Learns the merges of byte-pair encoding: again and again the most frequent pair of adjacent
/// symbols, counted in all words, becomes a symbol.
struct PairLearner {
  /// The choice between equally frequent pairs.
  enum Ties {
    /// The pair whose texts come last by code points, the first text before the second.
    case lastTexts
    /// The pair whose symbols have the least numbers, the first before the second.
    case firstNumbers
  }

  /// The texts of the symbols by their numbers.
  private(set) var texts: [String] = []
  private var numbers: [ExactKey<String>: Int32] = [:]

  private let ties: Ties
  private var words: [(symbols: [Int32], count: Int)] = []
  private var counts: [SymbolPair: Int] = [:]
  /// The words in which a pair occurs, or did.
  private var places: [SymbolPair: [Int]] = [:]
  private var candidates = Heap<(pair: SymbolPair, count: Int)>()

  init(ties: Ties) { self.ties = ties }

  /// The number of a symbol, which is a new one where the text is new.
  mutating func number(of text: String) -> Int32 {
    if let number = numbers[ExactKey(text)] { return number }
    numbers[ExactKey(text)] = Int32(texts.count)
    texts.append(text)
    return Int32(texts.count - 1)
  }

  /// Adds a word that occurs `count` times.
  mutating func add(_ symbols: [Int32], count: Int) {
    words.append((symbols, count))
    for pair in Self.pairs(of: symbols) {
      counts[pair, default: 0] += count
      places[pair, default: []].append(words.count - 1)
    }
  }

  /// Learns merges, at most `limit`, of pairs that occur `minimumFrequency` times; returns them in
  /// order.
  mutating func learn(atMost limit: Int, minimumFrequency: Int) -> [SymbolPair] {
    for (pair, count) in counts { consider(pair, count) }
    var merges: [SymbolPair] = []
    while merges.count < limit, let candidate = popFirst() {
      let count = counts[candidate.pair, default: 0]
      guard count == candidate.count else {
        // It has become rarer, and perhaps others come before it.
        consider(candidate.pair, count)
        continue
      }
      guard count >= max(1, minimumFrequency) else { break }
      merges.append(candidate.pair)
      merge(candidate.pair)
    }
    return merges
  }

  private mutating func merge(_ pair: SymbolPair) {
    let symbol = number(of: texts[Int(pair.first)] + texts[Int(pair.second)])
    var grown: Set<SymbolPair> = []
    for place in places.removeValue(forKey: pair) ?? [] {
      let (symbols, count) = words[place]
      let merged = Self.merged(symbols, pair, into: symbol)
      guard merged.count < symbols.count else { continue }
      words[place].symbols = merged
      for pair in Self.pairs(of: symbols) { counts[pair]! -= count }
      for pair in Self.pairs(of: merged) {
        counts[pair, default: 0] += count
        guard pair.first == symbol || pair.second == symbol else { continue }
        grown.insert(pair)
        places[pair, default: []].append(place)
      }
    }
    for pair in grown { consider(pair, counts[pair]!) }
  }

  private static func merged(_ symbols: [Int32], _ pair: SymbolPair, into symbol: Int32) -> [Int32]
  {
    var result: [Int32] = []
    var place = 0
    while place < symbols.count {
      let isPair =
        place + 1 < symbols.count && symbols[place] == pair.first
        && symbols[place + 1] == pair.second
      result.append(isPair ? symbol : symbols[place])
      place += isPair ? 2 : 1
    }
    return result
  }

  private static func pairs(of symbols: [Int32]) -> [SymbolPair] {
    zip(symbols, symbols.dropFirst()).map { SymbolPair(first: $0, second: $1) }
  }

  private mutating func consider(_ pair: SymbolPair, _ count: Int) {
    guard count > 0 else { return }
    let (texts, ties) = (texts, ties)
    candidates.insert((pair, count)) { Self.precedes($0, $1, texts, ties) }
  }

  private mutating func popFirst() -> (pair: SymbolPair, count: Int)? {
    let (texts, ties) = (texts, ties)
    return candidates.popFirst { Self.precedes($0, $1, texts, ties) }
  }

  private static func precedes(
    _ a: (pair: SymbolPair, count: Int), _ b: (pair: SymbolPair, count: Int), _ texts: [String],
    _ ties: Ties
  ) -> Bool {
    guard a.count == b.count else { return a.count > b.count }
    let first = (a.pair.first, b.pair.first)
    let (one, other) = first.0 != first.1 ? first : (a.pair.second, b.pair.second)
    return switch ties {
    case .firstNumbers: one < other
    case .lastTexts:
      texts[Int(other)].utf8.lexicographicallyPrecedes(texts[Int(one)].utf8)
    }
  }
}
