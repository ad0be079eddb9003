/// How often each of some elements occurs.
///
/// Strings count as one where all their Unicode scalars are equal, as in files and in Python; as
/// keys of a dictionary a composed and a decomposed é would be one.
public struct Counts<Key: Hashable> {
  private var table: [ExactKey<Key>: Int] = [:]

  /// Counts the elements.
  public init(_ elements: some Sequence<Key>) {
    for element in elements { table[ExactKey(element), default: 0] += 1 }
  }

  /// How often `key` occurs, or nil where it doesn't.
  public subscript(key: Key) -> Int? { table[ExactKey(key)] }

  /// The number of different elements.
  public var count: Int { table.count }

  /// Whether there was nothing to count.
  public var isEmpty: Bool { table.isEmpty }

  /// The different elements, in no particular order.
  public var keys: [Key] { table.keys.map(\.value) }

  /// How often each occurs, in the order of ``keys``.
  public var values: [Int] { Array(table.values) }
}

extension Counts: Sequence {
  public func makeIterator() -> some IteratorProtocol<(key: Key, value: Int)> {
    table.lazy.map { (key: $0.key.value, value: $0.value) }.makeIterator()
  }

  public var underestimatedCount: Int { table.count }
}

extension Counts: Equatable {}
extension Counts: Sendable where Key: Sendable {}

extension Counts: ExpressibleByDictionaryLiteral {
  /// Counts that are known; stops where a key occurs twice.
  public init(dictionaryLiteral elements: (Key, Int)...) {
    table = Dictionary(uniqueKeysWithValues: elements.map { (ExactKey($0), $1) })
  }
}

extension Sequence where Element: Hashable {
  /// How often each element occurs.
  public func counted() -> Counts<Element> { Counts(self) }
}
