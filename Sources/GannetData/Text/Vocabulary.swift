import GannetTensor

/// A bijection between the tokens that a model knows and their indices (Dive into Deep Learning,
/// section 9.2.3).
///
///     let vocabulary = Vocabulary(Tokenizer.words("the time the traveller"))
///     vocabulary["time"]    // 2
///     vocabulary["machine"]  // 0, the index of <unk>
///
/// Tokens are sorted by their code points, `<unk>` and reserved tokens among them, as in the book.
/// They are compared by code points: a composed and a decomposed é are two tokens.
public struct Vocabulary: Hashable, Sendable {
  /// The token for all unknown tokens.
  public static let unknown = "<unk>"

  /// The tokens in the order of their indices.
  public let tokens: [String]

  private let indices: [ExactKey<String>: Int]

  /// Makes a vocabulary of the tokens of a text.
  ///
  /// - Parameters:
  ///   - text: The tokens of the text, with repetitions.
  ///   - minimumFrequency: The number of occurrences from which on a token is known; 1 by default.
  ///   - reserved: Tokens that are always known, such as `<pad>`; none by default.
  public init(_ text: some Sequence<String>, minimumFrequency: Int = 1, reserved: [String] = []) {
    let known = text.counted().filter { $0.value >= minimumFrequency }.map(\.key)
    self.init(sorted: (known + reserved + [Self.unknown]).counted().keys.sortedByScalars())
  }

  /// Makes a vocabulary of tokens in the order of their indices, such as a saved one.
  ///
  /// Stops unless they are distinct and `<unk>` is among them.
  public init(tokens: [String]) {
    guard let vocabulary = Vocabulary(possible: tokens) else {
      fail("Vocabulary: tokens must differ, and \(Self.unknown) be one of them")
    }
    self = vocabulary
  }

  /// Makes a vocabulary as ``init(tokens:)`` does; nil where that stops.
  package init?(possible tokens: [String]) {
    guard tokens.firstRepeated == nil, tokens.contains(Self.unknown) else { return nil }
    self.init(sorted: tokens)
  }

  private init(sorted tokens: [String]) {
    self.tokens = tokens
    indices = Dictionary(uniqueKeysWithValues: zip(tokens.lazy.map(ExactKey.init), tokens.indices))
  }

  /// The number of tokens.
  public var count: Int { tokens.count }

  /// The index of `<unk>`.
  public var unknownIndex: Int { indices[ExactKey(Self.unknown)]! }

  /// Whether a token is known.
  public func contains(_ token: String) -> Bool { indices[ExactKey(token)] != nil }

  /// The index of a token; that of `<unk>` for an unknown one.
  public subscript(token: String) -> Int { indices[ExactKey(token)] ?? unknownIndex }

  /// The indices of tokens, in order.
  public func indices(of tokens: some Sequence<String>) -> [Int] { tokens.map { self[$0] } }

  /// The token at an index; stops where there is none.
  public func token(_ index: Int) -> String {
    guard tokens.indices.contains(index) else {
      fail("Vocabulary: \(index) is not in 0..<\(count)")
    }
    return tokens[index]
  }

  /// The tokens at indices, in order.
  public func tokens(of indices: some Sequence<Int>) -> [String] { indices.map(token) }
}

extension Vocabulary {
  public static func == (a: Vocabulary, b: Vocabulary) -> Bool { a.indices == b.indices }

  public func hash(into hasher: inout Hasher) { hasher.combine(tokens) }
}
