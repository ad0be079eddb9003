import GannetTensor

extension Module {
  /// Loads the values of `state`; nothing changes unless all match.
  ///
  ///     try net.load(state)
  ///     try net.load(state, excluding: "fc.*")  // a custom head keeps its values
  ///
  /// A tied tensor may be under one or several of its names, with equal values; an optional
  /// ``Buffer`` may be missing. Names of older files, in lower case, are accepted if unambiguous.
  ///
  /// Patterns are as in ``Parameters/matching(_:)`` and ``freeze(_:parametersOnly:)``: of property
  /// paths, or, if no path matches, of names in the state dictionary; `*` stands for any text.
  /// Parts that are not loaded are unchanged, and may be missing or of another shape in `state`.
  /// Stops where no name of the module matches a pattern.
  ///
  /// - Parameters:
  ///   - state: Tensors under PyTorch's names, see ``stateDictionary``.
  ///   - pattern: The pattern of names to load; all by default.
  ///   - excluded: The pattern of names to exclude; none by default.
  /// - Throws: ``StateError`` where a name is missing or unexpected, or a shape differs.
  public func load(
    _ state: StateDictionary, matching pattern: String = "*", excluding excluded: String? = nil
  ) throws {
    let all = stateEntries(withTied: true)
    let choice = NameChoice(all.flatMap(\.names), matching: pattern, excluding: excluded)
    let formers = spellings(
      all.map { ($0.names.map(\.stateName), [$0.names[0].formerStateName]) }
    ) { state[$0] != nil }
    var error = StateError()
    var wanted: Set<String> = []
    var values: [(entry: StateEntry, value: Tensor)] = []
    for (entry, former) in zip(all, formers) {
      let own = entry.names.map(\.stateName).filter(choice.contains)
      guard !own.isEmpty else { continue }
      var names = own.filter { state[$0] != nil }
      if names.isEmpty, state[former] != nil { names = [former] }
      if names.isEmpty, !entry.isOptional {
        error.missing.append(own[0])
        error.shapes[own[0]] = entry.shape
      }
      wanted.formUnion(names)
      if let name = names.first { values.append((entry, state[name]!)) }
      for name in names where state[name]!.shape != entry.shape {
        error.mismatched.append("\(name) (\(entry.shape), given \(state[name]!.shape))")
      }
      for name in names.dropFirst() where !state[name]!.isIdentical(to: state[names[0]]!) {
        error.impossible.append("\(names[0]) and \(name), which are one tensor here, differ")
      }
    }
    error.unexpected = state.keys.filter { !wanted.contains($0) && choice.contains($0) }.sorted()
    for name in error.unexpected { error.shapes[name] = state[name]!.shape }
    guard error == StateError() else { throw error }
    for (entry, value) in values { entry.set(value) }
  }
}

/// The names in a state dictionary that patterns select.
private struct NameChoice {
  private let pattern: String
  private let excluded: String?
  /// Whether each name of the module is selected.
  private var known: [String: Bool]

  init(_ names: [PartName], matching pattern: String, excluding excluded: String?) {
    (self.pattern, self.excluded) = (pattern, excluded)
    func matches(_ pattern: String) -> [Bool] {
      let matches = names.matches(of: pattern)
      guard pattern == "*" || matches.contains(true) else { names.failNoMatch("load", pattern) }
      return matches
    }
    let isChosen = matches(pattern)
    let isExcluded = excluded.map(matches) ?? names.map { _ in false }
    known = [:]
    for (name, (chosen, excluded)) in zip(names, zip(isChosen, isExcluded)) {
      known[name.stateName] = chosen && !excluded
    }
  }

  /// Whether a state's name is selected: as the module's name, or, if the module has no such name,
  /// by matching the text.
  func contains(_ name: String) -> Bool {
    if let isChosen = known[name] { return isChosen }
    return name.matches(pattern: pattern) && excluded.map { !name.matches(pattern: $0) } ?? true
  }
}

extension Tensor {
  /// Whether shape and bits are equal.
  fileprivate func isIdentical(to other: Tensor) -> Bool {
    shape == other.shape
      && zip(scalars, other.scalars).allSatisfy { $0.bitPattern == $1.bitPattern }
  }
}
