/// A key that is equal to another where all its Unicode scalars are.
///
/// Swift's strings are equal where Unicode calls them canonically equivalent: a composed and a
/// decomposed é are one key of a dictionary, and so are K and the sign for kelvin. Files, and the
/// programs that write them, tell them apart.
struct ExactKey<Value: Hashable>: Hashable {
  let value: Value

  init(_ value: Value) { self.value = value }

  static func == (a: ExactKey, b: ExactKey) -> Bool {
    guard a.value == b.value else { return false }
    // The generic code asks for the type, which the compiler knows where it specializes.
    if Value.self == String.self {
      return (a.value as! String).isExactly(b.value as! String)
    }
    if Value.self == [String].self {
      return (a.value as! [String]).elementsEqual(b.value as! [String]) { $0.isExactly($1) }
    }
    return true
  }

  // Texts of equal scalars are equal to Swift too, so the hash of the text serves.
  func hash(into hasher: inout Hasher) { hasher.combine(value) }
}

extension ExactKey: Sendable where Value: Sendable {}

extension String {
  /// Whether both texts have the same Unicode scalars.
  func isExactly(_ other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}

extension Sequence<String> {
  /// The texts in the order of their Unicode scalars, which is Python's.
  func sortedByScalars() -> [String] {
    sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// The first text that has come before.
  var firstRepeated: String? {
    var seen: Set<ExactKey<String>> = []
    return first { !seen.insert(ExactKey($0)).inserted }
  }

  /// Advice to somebody who asked for `name`, which is not among these texts.
  func advice(insteadOf name: String) -> String {
    let all = "It has \(joined(separator: ", "))."
    guard let twin = first(where: { $0 == name }) else { return all }
    return "\(all) Its \(twin) is spelled \(twin.scalarList), the one asked for \(name.scalarList)."
  }
}

extension String {
  fileprivate var scalarList: String {
    unicodeScalars.map { "U+" + String($0.value, radix: 16, uppercase: true) }
      .joined(separator: " ")
  }
}

extension Dictionary where Key == String {
  /// The values of `names`; an error where two names are one key of a dictionary.
  init(
    of names: [String], path: String, readOneByOneWith reader: String,
    _ value: (String) throws -> Value
  ) throws {
    self.init()
    for name in names {
      guard try updateValue(value(name), forKey: name) == nil else {
        throw FileError(
          .unsupported, path: path,
          "two names read \(name), in other Unicode scalars, and are one key of a dictionary",
          advice: "Read them one by one with \(reader).")
      }
    }
  }
}
