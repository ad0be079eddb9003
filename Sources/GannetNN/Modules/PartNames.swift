import GannetTensor

/// A module that says under which names its parts stand in a state dictionary.
///
///     final class Attention: NamedParts {
///       static let partNames = ["query": "W_q", "key": "W_k"]
///       let query = Linear(8, 8)  // W_q.weight, W_q.bias
///       let key = Linear(8, 8)
///     }
///
/// Properties that it does not mention are named by the rule of ``Module/stateDictionary``; an empty name
/// adds no level. One that no property has is an error.
public protocol NamedParts: Module {
  /// Names in the state dictionary, by property.
  static var partNames: [String: String] { get }
}

/// The names of a parameter, a buffer or a module in a tree.
struct PartName {
  /// Properties, keys and indices on the way from the root: `body.runningMean`.
  private(set) var path = ""
  /// The name in a state dictionary: `body.running_mean`.
  private(set) var stateName = ""
  /// The path as the source has it, for messages: `body._hidden` where the path is `body.hidden`.
  private(set) var written = ""

  /// The root's.
  init() {}

  /// The name of a parameter that was found by no walk.
  init(path: String) { (self.path, written) = (path, path) }

  /// Name of the part that `property`, a label of reflection, holds.
  ///
  /// - Parameter stated: By property, names that the rule does not make.
  func appending(property: String, statedNames stated: [String: String] = [:]) -> PartName {
    let source = PartName.inSource(property)
    let path = PartName.withoutMark(source)
    let name = stated[source] ?? stated[path] ?? PartName.inStateDictionary(path)
    return appending(path: path, name: name, written: source)
  }

  /// Name of a part that stands at an index or under a key.
  func appending(key: String) -> PartName { appending(path: key, name: key, written: key) }

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

  /// The property's name in the source: reflection shows `lazy` ones by their storage, and the elements of
  /// a tuple as `.0`.
  static func inSource(_ label: String) -> String {
    let prefix = "$__lazy_storage_$_"
    if label.hasPrefix(prefix) { return String(label.dropFirst(prefix.count)) }
    return label.hasPrefix(".") ? String(label.dropFirst()) : label
  }

  /// Without the underscore by which reflection shows that a property has a wrapper.
  private static func withoutMark(_ name: String) -> String {
    name.hasPrefix("_") && name.count > 1 ? String(name.dropFirst()) : name
  }

  /// A plain lowerCamelCase name in snake case, every other one as it is.
  private static func inStateDictionary(_ property: String) -> String {
    let isPlain = property.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
    let startsLow = property.first?.isLowercase == true
    return isPlain && startsLow ? property.inSnakeCase : property
  }

  /// The name in files that were written while all names were changed to lower case.
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

/// The names under which entries stand in a file: each entry's first own, or, where it has none of its own,
/// a former one by which no other entry can be meant.
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
  /// Which of the names match `pattern`, in which `*` stands for any text: property paths, or, where none
  /// does, names in the state dictionary.
  func matches(of pattern: String) -> [Bool] {
    let byPath = map { $0.path.matches(pattern: pattern) }
    return byPath.contains(true) ? byPath : map { $0.stateName.matches(pattern: pattern) }
  }

  /// Stops because `pattern` matches none of them.
  func failNoMatch(_ operation: String, _ pattern: String) -> Never {
    let some = prefix(6).map { $0.path.isEmpty ? "one without a name" : $0.path }
    let rest = count > some.count ? ", ... (\(count) in all)" : ""
    fail(
      "\(operation): no parameter is named \(pattern); there "
        + (isEmpty ? "are none" : "are " + some.joined(separator: ", ") + rest))
  }
}
