import GannetTensor

/// The parameters of a module, in the order of its properties, with their names from that module.
///
/// The names do not change when other modules' parameters are accessed.
public struct Parameters: RandomAccessCollection {
  let elements: [(name: PartName, parameter: Parameter)]
  /// The module that the parameters are from, by which an optimizer detects replaced parts.
  let owner: (any Module)?

  init(_ elements: [(name: PartName, parameter: Parameter)], owner: (any Module)?) {
    self.elements = elements
    self.owner = owner
  }

  /// Makes a collection of parameters without a module: patterns match ``Parameter/name``, and an
  /// optimizer's state numbers them.
  public init(_ elements: [Parameter]) {
    self.init(elements.map { (PartName(path: $0.name), $0) }, owner: nil)
  }

  public var startIndex: Int { 0 }
  public var endIndex: Int { elements.count }
  public subscript(index: Int) -> Parameter { elements[index].parameter }

  /// The parameters' property paths from the module.
  public var names: [String] { elements.map(\.name.path) }

  /// The total number of elements.
  public var scalarCount: Int { reduce(0) { $0 + $1.shape.elementCount } }

  /// The parameters that satisfy `isIncluded`: `filter { $0.shape.rank > 1 }` are the weights
  /// without biases.
  public func filter(_ isIncluded: (Parameter) throws -> Bool) rethrows -> Parameters {
    Parameters(try elements.filter { try isIncluded($0.parameter) }, owner: owner)
  }

  /// The parameters whose names match `pattern`, in which `*` stands for any text; stops if there
  /// are none.
  ///
  /// Parameters, ``Module/freeze(_:parametersOnly:)`` and ``Module/load(_:matching:excluding:)``
  /// share the rule of patterns.
  ///
  /// - Parameter pattern: A pattern of property paths, such as `body.*`, or, if none matches, of
  ///   names in the state dictionary.
  public func matching(_ pattern: String) -> Parameters {
    choosing("matching", pattern, matching: true)
  }

  /// The parameters whose names do not match `pattern`; stops if no name matches.
  public func excluding(_ pattern: String) -> Parameters {
    choosing("excluding", pattern, matching: false)
  }

  private func choosing(
    _ operation: String, _ pattern: String, matching isMatch: Bool
  ) -> Parameters {
    let names = elements.map(\.name)
    let matches = names.matches(of: pattern)
    guard pattern == "*" || matches.contains(true) else {
      names.failNoMatch(operation, pattern)
    }
    let chosen = zip(elements, matches).filter { $0.1 == isMatch }
    return Parameters(chosen.map(\.0), owner: owner)
  }
}

extension String {
  /// Whether this name matches `pattern`, in which `*` stands for any text.
  func matches(pattern: String) -> Bool {
    let (name, pattern) = (Array(utf8), Array(pattern.utf8))
    let star = UInt8(ascii: "*")
    var (i, j) = (0, 0)
    var retry: (name: Int, pattern: Int)?
    while i < name.count {
      if j < pattern.count, pattern[j] == star {
        retry = (i, j)
        j += 1
      } else if j < pattern.count, pattern[j] == name[i] {
        i += 1
        j += 1
      } else if let (from, at) = retry {  // let the last star take one more
        retry = (from + 1, at)
        (i, j) = (from + 1, at + 1)
      } else {
        return false
      }
    }
    return pattern[j...].allSatisfy { $0 == star }
  }
}
