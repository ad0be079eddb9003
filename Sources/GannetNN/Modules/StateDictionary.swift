import GannetTensor

/// The tensors of a module by name, as in a file.
public typealias StateDictionary = [String: Tensor]

/// The error of a state dictionary that does not match a module or an optimizer.
public struct StateError: Error, Equatable, CustomStringConvertible {
  /// Required names that the state lacks.
  public var missing: [String] = []
  /// Names in the state that are unknown.
  public var unexpected: [String] = []
  /// Names of tensors of another shape, with the required shape and the state's.
  public var mismatched: [String] = []
  /// Names with invalid values.
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
  /// The parameters and buffers, each once, under PyTorch's names: property paths from here, in
  /// which a plain lowerCamelCase property is in snake case.
  ///
  /// | property | name |
  /// | --- | --- |
  /// | `runningMean`, `layer1`, `fc` | `running_mean`, `layer1`, `fc` |
  /// | `weightIH`, `conv2D`, `aB` | `weight_i_h`, `conv2_d`, `a_b` |
  /// | `W`, `W_q`, `fc_1` | as they are: they start with a capital or have an underscore |
  /// | `_hidden`, or `hidden` with a property wrapper | `hidden` |
  ///
  /// Keys of dictionaries and indices are unchanged; ``NamedParts`` define their names. Stops where
  /// two parameters or buffers have the same name.
  public var stateDictionary: StateDictionary { stateDictionary(includingTied: false) }

  /// The state dictionary, optionally with all names of tied parameters, such as an output layer's
  /// weight that is also the embedding's, as PyTorch writes it.
  public func stateDictionary(includingTied: Bool) -> StateDictionary {
    var state: StateDictionary = [:]
    for entry in stateEntries(withTied: includingTied) {
      for name in entry.names { state[name] = entry.value }
    }
    return state
  }

  /// Loads the values of `state`; nothing changes unless all match.
  ///
  /// A tied tensor may be under one or several of its names, with equal values; an optional
  /// ``Buffer`` may be missing. Names of older files, in lower case, are accepted if unambiguous.
  ///
  /// - Parameters:
  ///   - state: Tensors under PyTorch's names.
  ///   - pattern: The names to load, all by default; `*` stands for any text. Others may be missing
  ///     and are not changed. Stops where no name of the module matches.
  /// - Throws: ``StateError`` where a name is missing or unexpected, or a shape differs.
  public func load(_ state: StateDictionary, matching pattern: String = "*") throws {
    let all = stateEntries(withTied: true)
    let spelled = spellings(all.map { ($0.names, [$0.formerName]) }) { state[$0] != nil }
    let entries = zip(all, spelled)
      .map { (entry: $0.matching(pattern), former: $1) }
      .filter { !$0.entry.names.isEmpty }
    if entries.isEmpty, pattern != "*" {
      all.map { PartName(path: $0.names[0]) }.failNoMatch("load", pattern)
    }
    var error = StateError()
    var wanted: Set<String> = []
    var values: [Tensor?] = []
    for (entry, former) in entries {
      var names = entry.names.filter { state[$0] != nil }
      if names.isEmpty, state[former] != nil { names = [former] }
      if names.isEmpty, !entry.isOptional { error.missing.append(entry.names[0]) }
      wanted.formUnion(names)
      values.append(names.first.map { state[$0]! })
      for name in names where state[name]!.shape != entry.shape {
        error.mismatched.append("\(name) (\(entry.shape), given \(state[name]!.shape))")
      }
      for name in names.dropFirst() where !state[name]!.isIdentical(to: state[names[0]]!) {
        error.impossible.append("\(names[0]) and \(name), which are one tensor here, differ")
      }
    }
    error.unexpected = state.keys.filter { $0.matches(pattern: pattern) && !wanted.contains($0) }
      .sorted()
    guard error == StateError() else { throw error }
    for ((entry, _), value) in zip(entries, values) { if let value { entry.set(value) } }
  }

  private func stateEntries(withTied: Bool) -> [StateEntry] {
    let walk = ModuleWalk(self, findsAliases: withTied)
    func entry(_ name: PartName, _ part: AnyObject, _ tensor: StateEntry.Part) -> StateEntry {
      let others = walk.aliases[ObjectIdentifier(part)] ?? []
      return StateEntry(
        names: [name.stateName] + others.map(\.stateName), formerName: name.formerStateName,
        part: tensor)
    }
    return walk.parameters.map { entry($0, $1, .parameter($1)) }
      + walk.buffers.map { entry($0, $1, .buffer($1)) }
  }
}

/// A parameter or buffer with its names, the first one first.
private struct StateEntry {
  enum Part {
    case parameter(Parameter)
    case buffer(Buffer)
  }

  let names: [String]
  let formerName: String
  let part: Part

  var value: Tensor {
    switch part {
    case .parameter(let parameter): parameter.value.detached()
    case .buffer(let buffer): buffer.value
    }
  }

  var shape: Shape {
    switch part {
    case .parameter(let parameter): parameter.shape
    case .buffer(let buffer): buffer.value.shape
    }
  }

  var isOptional: Bool {
    if case .buffer(let buffer) = part { buffer.isOptional } else { false }
  }

  /// The entry with only the names that match `pattern`.
  func matching(_ pattern: String) -> StateEntry {
    StateEntry(
      names: names.filter { $0.matches(pattern: pattern) }, formerName: formerName, part: part)
  }

  func set(_ value: Tensor) {
    switch part {
    case .parameter(let parameter): parameter.value = value
    case .buffer(let buffer): buffer.value = value.detached()
    }
  }
}

extension Tensor {
  /// Whether shape and bits are equal.
  fileprivate func isIdentical(to other: Tensor) -> Bool {
    shape == other.shape
      && zip(scalars, other.scalars).allSatisfy { $0.bitPattern == $1.bitPattern }
  }
}
