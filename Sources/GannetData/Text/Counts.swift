/// Number of occurrences of each element of a sequence.
///
/// Strings are compared by Unicode scalars, as in Python; as dictionary keys, a composed and a
/// decomposed é would be equal.
public struct Counts<Key: Hashable> {
  private var table: [ExactKey<Key>: Int] = [:]

  /// Counts the elements.
  public init(_ elements: some Sequence<Key>) {
    for element in elements { table[ExactKey(element), default: 0] += 1 }
  }

  /// The number of occurrences of `key`, or nil where there are none.
  public subscript(key: Key) -> Int? { table[ExactKey(key)] }

  /// The number of distinct elements.
  public var count: Int { table.count }

  /// Whether there are no elements.
  public var isEmpty: Bool { table.isEmpty }

  /// The distinct elements, in no particular order.
  public var keys: [Key] { table.keys.map(\.value) }

  /// The numbers of occurrences, in the order of ``keys``.
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
  /// Makes counts of known values; stops where a key occurs twice.
  public init(dictionaryLiteral elements: (Key, Int)...) {
    table = Dictionary(uniqueKeysWithValues: elements.map { (ExactKey($0), $1) })
  }
}

extension Sequence where Element: Hashable {
  /// The number of occurrences of each element.
  public func counted() -> Counts<Element> { Counts(self) }
}
