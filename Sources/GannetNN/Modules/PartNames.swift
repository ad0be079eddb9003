import GannetTensor

/// A module that defines names of its parts in the state dictionary.
///
///     final class Attention: NamedParts {
///       static let partNames = ["query": "W_q", "key": "W_k"]
///       let query = Linear(8, 8)  // W_q.weight, W_q.bias
///       let key = Linear(8, 8)
///     }
///
/// Other properties are named by the rule of ``Module/stateDictionary``. An empty name adds no
/// level. A name with a list in braces, `self.{query,key,value}.weight`, stores a parameter as so
/// many tensors, equal parts of its first axis. A star at the end stands for an index, which else is a
/// level of its own: `encoder_layer_*`. Stops at a key that is not a property.
public protocol NamedParts: Module {
  /// Names in the state dictionary, by property.
  static var partNames: [String: String] { get }
}

/// A module that defines names of its parts as ``NamedParts``, but each instance its own.
package protocol NamedPartsOfInstance: Module {
  /// Names in the state dictionary, by property.
  var partNames: [String: String] { get }
}

/// The names of a parameter, a buffer or a module in a tree.
struct PartName {
  /// The path of properties, keys and indices from the root: `body.runningMean`.
  private(set) var path = ""
  /// The name in a state dictionary: `body.running_mean`.
  private(set) var stateName = ""
  /// The path as in the source, for messages: `body._hidden` where the path is `body.hidden`.
  private(set) var written = ""

  /// The root's name.
  init() {}

  /// The name of a parameter without a module.
  init(path: String) { (self.path, written) = (path, path) }

  /// The name of the part in `property`, a label of reflection.
  ///
  /// - Parameter stated: Names by property that override the rule.
  func appending(property: String, statedNames stated: [String: String] = [:]) -> PartName {
    let source = PartName.inSource(property)
    let path = PartName.withoutMark(source)
    let name = stated[source] ?? stated[path] ?? PartName.inStateDictionary(path)
    return appending(path: path, name: name, written: source)
  }

  /// The name of a part at an index or key.
  func appending(key: String) -> PartName {
    var result = appending(path: key, name: key, written: key)
    if stateName.hasSuffix("*") { result.stateName = stateName.dropLast() + key }
    return result
  }

  private func appending(path: String, name: String, written: String) -> PartName {
    func join(_ left: String, _ right: String) -> String {
      left.isEmpty || right.isEmpty ? left + right : left + "." + right
    }
    var result = self
    result.path = join(self.path, path)
    result.stateName = join(stateName, name)
    result.written = join(self.written, written)
    return result
  }

  /// The names in a state dictionary of the tensors as which a parameter is stored: several if its
  /// name has a list in braces.
  var stored: [PartName] {
    guard let start = stateName.firstIndex(of: "{"),
      let end = stateName[start...].firstIndex(of: "}")
    else { return [self] }
    return stateName[start..<end].dropFirst().split(separator: ",").map { part in
      var result = self
      result.stateName = String(stateName[..<start] + part + stateName[end...].dropFirst())
      return result
    }
  }

  /// The property's name in the source; reflection shows `lazy` ones by their storage, and tuple
  /// elements as `.0`.
  static func inSource(_ label: String) -> String {
    let prefix = "$__lazy_storage_$_"
    if label.hasPrefix(prefix) { return String(label.dropFirst(prefix.count)) }
    return label.hasPrefix(".") ? String(label.dropFirst()) : label
  }

  /// The name without the leading underscore of a property with a wrapper.
  private static func withoutMark(_ name: String) -> String {
    name.hasPrefix("_") && name.count > 1 ? String(name.dropFirst()) : name
  }

  /// A plain lowerCamelCase name in snake case; other names unchanged.
  private static func inStateDictionary(_ property: String) -> String {
    let isPlain = property.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
    let startsLow = property.first?.isLowercase == true
    return isPlain && startsLow ? property.inSnakeCase : property
  }

  /// The name in older files, in which all names are in lower case.
  var formerStateName: String { path.inSnakeCase }
}

extension String {
  /// `runningMean` as `running_mean`.
  fileprivate var inSnakeCase: String {
    var result = ""
    for character in self {
      if character.isUppercase, let last = result.last, last != "_", last != "." { result += "_" }
      result += character.lowercased()
    }
    return result
  }
}

/// The names of entries in a file: each entry's first name, or, if none of its names is present, a
/// former one that is present and unambiguous.
func spellings(
  _ entries: [(names: [String], former: [String])], isPresent: (String) -> Bool
) -> [String] {
  guard !entries.allSatisfy({ isPresent($0.names[0]) }) else { return entries.map { $0.names[0] } }
  var uses: [String: Int] = [:]
  for (names, former) in entries {
    for name in Set(names + former) { uses[name, default: 0] += 1 }
  }
  return entries.map { names, former in
    guard !names.contains(where: isPresent) else { return names[0] }
    return former.first { isPresent($0) && uses[$0] == 1 } ?? names[0]
  }
}

extension [PartName] {
  /// Whether each name matches `pattern`, in which `*` stands for any text: by property path, or,
  /// if no path matches, by name in the state dictionary.
  func matches(of pattern: String) -> [Bool] {
    let byPath = map { $0.path.matches(pattern: pattern) }
    return byPath.contains(true) ? byPath : map { $0.stateName.matches(pattern: pattern) }
  }

  /// Stops because `pattern` matches no name.
  func failNoMatch(_ operation: String, _ pattern: String) -> Never {
    let some = prefix(6).map { $0.path.isEmpty ? "one without a name" : $0.path }
    let rest = count > some.count ? ", ... (\(count) in all)" : ""
    fail(
      "\(operation): no parameter is named \(pattern); there "
        + (isEmpty ? "are none" : "are " + some.joined(separator: ", ") + rest))
  }
}
