import GannetTensor

/// Number of occurrences of each element of a sequence.
///
/// Strings are compared by Unicode scalars, as in Python; as dictionary keys, a composed and a
/// decomposed é would be equal.
public struct Counts<Key: Hashable> {
  /// The distinct elements, in the order of their first occurrence.
  public private(set) var keys: [Key] = []
  /// The numbers of occurrences, in the order of ``keys``.
  public private(set) var values: [Int] = []

  /// The place of each key. A dictionary has another order in each run of the program, so nothing
  /// iterates over it.
  private var places: [ExactKey<Key>: Int] = [:]

  /// Counts the elements.
  public init(_ elements: some Sequence<Key>) {
    for element in elements { add(1, of: element) }
  }

  private mutating func add(_ count: Int, of key: Key) {
    if let place = places[ExactKey(key)] {
      values[place] += count
    } else {
      places[ExactKey(key)] = keys.count
      keys.append(key)
      values.append(count)
    }
  }

  /// The number of occurrences of `key`, or nil where there are none.
  public subscript(key: Key) -> Int? { places[ExactKey(key)].map { values[$0] } }

  /// The number of distinct elements.
  public var count: Int { keys.count }

  /// Whether there are no elements.
  public var isEmpty: Bool { keys.isEmpty }
}

extension Counts: Sequence {
  public func makeIterator() -> some IteratorProtocol<(key: Key, value: Int)> {
    zip(keys, values).lazy.map { (key: $0, value: $1) }.makeIterator()
  }

  public var underestimatedCount: Int { count }
}

extension Counts: Equatable {
  /// Whether both have the same elements, as often, in any order.
  public static func == (a: Counts, b: Counts) -> Bool {
    a.count == b.count && a.allSatisfy { b[$0.key] == $0.value }
  }
}

extension Counts: Sendable where Key: Sendable {}

extension Counts: ExpressibleByDictionaryLiteral {
  /// Makes counts of known values; stops where a key occurs twice.
  public init(dictionaryLiteral elements: (Key, Int)...) {
    for (key, count) in elements {
      guard self[key] == nil else { fail("Counts: \(key) occurs twice in a literal") }
      add(count, of: key)
    }
  }
}

extension Sequence where Element: Hashable {
  /// The number of occurrences of each element.
  public func counted() -> Counts<Element> { Counts(self) }
}
