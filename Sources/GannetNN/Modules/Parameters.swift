import GannetTensor

/// The parameters of a module, in the order of its properties.
public struct Parameters: RandomAccessCollection {
  let elements: [Parameter]
  /// The module from whose walk they came, so that an optimizer can tell a replaced part.
  let owner: (any Module)?

  init(elements: [Parameter], owner: (any Module)?) {
    self.elements = elements
    self.owner = owner
  }

  /// Parameters that belong to no module.
  public init(_ elements: [Parameter]) { self.init(elements: elements, owner: nil) }

  public var startIndex: Int { 0 }
  public var endIndex: Int { elements.count }
  public subscript(index: Int) -> Parameter { elements[index] }

  /// How many numbers they hold together.
  public var scalarCount: Int { reduce(0) { $0 + $1.shape.elementCount } }

  /// Those that satisfy `isIncluded`: `filter { $0.shape.rank > 1 }` are the weights without biases.
  public func filter(_ isIncluded: (Parameter) throws -> Bool) rethrows -> Parameters {
    Parameters(elements: try elements.filter(isIncluded), owner: owner)
  }

  /// Those whose names match `pattern`, in which `*` stands for any text.
  public func matching(_ pattern: String) -> Parameters {
    filter { $0.name.matches(pattern: pattern) }
  }

  /// Those whose names don't match `pattern`.
  public func excluding(_ pattern: String) -> Parameters {
    filter { !$0.name.matches(pattern: pattern) }
  }
}

extension String {
  /// Whether this name is `pattern`, in which `*` stands for any text.
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
