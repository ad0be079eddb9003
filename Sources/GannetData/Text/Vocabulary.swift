import GannetTensor

/// The tokens that a model knows, each with a number (Dive into Deep Learning, section 9.2.3).
///
///     let vocabulary = Vocabulary(Tokenizer.words("the time the traveller"))
///     vocabulary["time"]    // 2
///     vocabulary["machine"]  // 0, the number of <unk>
///
/// Numbers follow the order of the tokens' code points, `<unk>` and reserved tokens among them, as the
/// book's do. Tokens are equal where all their code points are: a composed and a decomposed é are
/// two.
public struct Vocabulary: Hashable, Sendable {
  /// What stands for every token that the vocabulary lacks.
  public static let unknown = "<unk>"

  /// The tokens; a token's number is its place.
  public let tokens: [String]

  private let numbers: [ExactKey<String>: Int]

  /// A vocabulary of the tokens of a text.
  ///
  /// - Parameters:
  ///   - text: The text's tokens, as often as they occur.
  ///   - minimumFrequency: How often a token must occur to be known. Default: 1.
  ///   - reserved: Tokens that are known in any case, such as `<pad>`.
  public init(_ text: some Sequence<String>, minimumFrequency: Int = 1, reserved: [String] = []) {
    let known = text.counted().filter { $0.value >= minimumFrequency }.map(\.key)
    self.init(sorted: (known + reserved + [Self.unknown]).counted().keys.sortedByScalars())
  }

  /// The vocabulary of these tokens in this order, as a checkpoint or another program has kept it.
  ///
  /// Stops unless they differ and `<unk>` is among them.
  public init(tokens: [String]) {
    guard let vocabulary = Vocabulary(possible: tokens) else {
      fail("Vocabulary: tokens must differ, and \(Self.unknown) be one of them")
    }
    self = vocabulary
  }

  /// The same; nil where ``init(tokens:)`` stops.
  package init?(possible tokens: [String]) {
    guard tokens.firstRepeated == nil, tokens.contains(Self.unknown) else { return nil }
    self.init(sorted: tokens)
  }

  private init(sorted tokens: [String]) {
    self.tokens = tokens
    numbers = Dictionary(uniqueKeysWithValues: zip(tokens.lazy.map(ExactKey.init), tokens.indices))
  }

  /// The number of tokens.
  public var count: Int { tokens.count }

  /// The number of `<unk>`.
  public var unknownNumber: Int { numbers[ExactKey(Self.unknown)]! }

  /// Whether the vocabulary has a token.
  public func contains(_ token: String) -> Bool { numbers[ExactKey(token)] != nil }

  /// The number of a token: that of `<unk>` where the vocabulary lacks it.
  public subscript(token: String) -> Int { numbers[ExactKey(token)] ?? unknownNumber }

  /// The numbers of tokens, in their order.
  public func numbers(of tokens: some Sequence<String>) -> [Int] { tokens.map { self[$0] } }

  /// The token of a number; stops where there is none.
  public func token(_ number: Int) -> String {
    guard tokens.indices.contains(number) else {
      fail("Vocabulary: \(number) is not in 0..<\(count)")
    }
    return tokens[number]
  }

  /// The tokens of numbers, in their order.
  public func tokens(of numbers: some Sequence<Int>) -> [String] { numbers.map(token) }
}

extension Vocabulary {
  public static func == (a: Vocabulary, b: Vocabulary) -> Bool { a.numbers == b.numbers }

  public func hash(into hasher: inout Hasher) { hasher.combine(tokens) }
}
