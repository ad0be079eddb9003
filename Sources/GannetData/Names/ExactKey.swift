/// A dictionary key that compares strings by Unicode scalars.
///
/// Swift compares strings by canonical equivalence, so a composed and a decomposed é are one key,
/// and so are K and the kelvin sign. Files and other programs distinguish them.
struct ExactKey<Value: Hashable>: Hashable {
  let value: Value

  init(_ value: Value) { self.value = value }

  static func == (a: ExactKey, b: ExactKey) -> Bool {
    guard a.value == b.value else { return false }
    // The compiler removes this test where it specializes the type.
    if Value.self == String.self {
      return (a.value as! String).isExactly(b.value as! String)
    }
    if Value.self == [String].self {
      return (a.value as! [String]).elementsEqual(b.value as! [String]) { $0.isExactly($1) }
    }
    return true
  }

  // Strings of equal scalars are equal in Swift, too, so the string's hash is valid.
  func hash(into hasher: inout Hasher) { hasher.combine(value) }
}

extension ExactKey: Sendable where Value: Sendable {}

extension String {
  /// Whether both strings have the same Unicode scalars.
  func isExactly(_ other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}

extension Sequence<String> {
  /// The strings sorted by their Unicode scalars, as in Python.
  func sortedByScalars() -> [String] {
    sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// The first string that repeats an earlier one.
  var firstRepeated: String? {
    var seen: Set<ExactKey<String>> = []
    return first { !seen.insert(ExactKey($0)).inserted }
  }

  /// Advice for an error about `name`, which is not among these names.
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
