import GannetTensor

/// The tensors of a module by name, as they stand in a file.
public typealias StateDictionary = [String: Tensor]

/// Why a state dictionary does not fit a module, or a state an optimizer.
public struct StateError: Error, Equatable, CustomStringConvertible {
  /// Names that are wanted and that the state lacks.
  public var missing: [String] = []
  /// Names that the state has and that nobody wants.
  public var unexpected: [String] = []
  /// Names with the shape that is wanted and the state's.
  public var mismatched: [String] = []
  /// Names with values that they cannot have.
  public var impossible: [String] = []

  package init(impossible: [String] = []) { self.impossible = impossible }

  public var description: String {
    let parts = [
      missing.isEmpty ? nil : "missing " + missing.joined(separator: ", "),
      unexpected.isEmpty ? nil : "unexpected " + unexpected.joined(separator: ", "),
      mismatched.isEmpty ? nil : "of another shape " + mismatched.joined(separator: ", "),
      impossible.isEmpty ? nil : "impossible " + impossible.joined(separator: ", "),
    ]
    return "the state does not fit: " + parts.compactMap { $0 }.joined(separator: "; ")
  }
}

extension Module {
  /// All parameters and buffers under PyTorch's names: property paths in snake case, such as
  /// `features.0.running_mean`.
  public var stateDictionary: StateDictionary {
    var state: StateDictionary = [:]
    for (name, tensor) in stateEntries { state[name] = tensor.value }
    return state
  }

  /// Takes over the values of `state`; nothing changes unless all fit.
  ///
  /// - Parameters:
  ///   - state: Tensors under PyTorch's names.
  ///   - pattern: Only names that match are loaded; `*` stands for any text. Others may be missing
  ///     and are left alone.
  /// - Throws: ``StateError`` where a name is missing or unexpected, or a shape differs.
  public func load(_ state: StateDictionary, matching pattern: String = "*") throws {
    let entries = stateEntries.filter { $0.name.matches(pattern: pattern) }
    let names = Set(entries.map(\.name))
    var error = StateError()
    error.missing = entries.map(\.name).filter { state[$0] == nil }
    error.unexpected = state.keys.filter { $0.matches(pattern: pattern) && !names.contains($0) }
      .sorted()
    for (name, entry) in entries {
      guard let value = state[name], value.shape != entry.value.shape else { continue }
      error.mismatched.append("\(name) (\(entry.value.shape), given \(value.shape))")
    }
    guard error == StateError() else { throw error }
    for (name, entry) in entries { entry.set(state[name]!) }
  }

  private var stateEntries: [(name: String, tensor: StateEntry)] {
    parameters.map { ($0.name.inSnakeCase, .parameter($0)) }
      + namedBuffers.map { ($0.name.inSnakeCase, .buffer($0.buffer)) }
  }
}

private enum StateEntry {
  case parameter(Parameter)
  case buffer(Buffer)

  var value: Tensor {
    switch self {
    case .parameter(let parameter): parameter.value.detached()
    case .buffer(let buffer): buffer.value
    }
  }

  func set(_ value: Tensor) {
    switch self {
    case .parameter(let parameter): parameter.value = value
    case .buffer(let buffer): buffer.value = value.detached()
    }
  }
}

extension String {
  /// `runningMean` as `running_mean`.
  var inSnakeCase: String {
    var result = ""
    for character in self {
      if character.isUppercase, let last = result.last, last != "_", last != "." { result += "_" }
      result += character.lowercased()
    }
    return result
  }
}
