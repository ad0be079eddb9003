/// Counts of the n-grams of a text (Dive into Deep Learning, section 9.2.5).
public struct NGrams<Token: Hashable & Comparable & Sendable>: Sendable {
  /// The number of tokens in an n-gram, n.
  public let order: Int
  /// The number of occurrences of each n-gram.
  public let counts: Counts<[Token]>

  /// Counts the n-grams of a text, which overlap.
  public init(_ text: [Token], order: Int) {
    self.order = order
    let last = text.count - order
    counts = (last < 0 ? 0..<0 : 0..<last + 1).lazy.map { Array(text[$0..<$0 + order]) }.counted()
  }

  /// The n-grams by descending frequency; equally frequent ones are sorted by their tokens.
  public var byFrequency: [(tokens: [Token], count: Int)] {
    counts.map { (tokens: $0.key, count: $0.value) }.sorted {
      $0.count == $1.count
        ? Self.precede($0.tokens, $1.tokens) : $0.count > $1.count
    }
  }

  private static func precede(_ a: [Token], _ b: [Token]) -> Bool {
    guard Token.self == String.self else { return a.lexicographicallyPrecedes(b) }
    return (a as! [String]).lexicographicallyPrecedes(b as! [String]) {
      $0.utf8.lexicographicallyPrecedes($1.utf8)
    }
  }
}
