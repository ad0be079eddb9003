import GannetTensor

extension Module {
  /// Makes the parameters whose names match `pattern` constants, or all of them, and keeps the parts that
  /// match wholly in prediction mode: running statistics stay as they are, and dropout drops nothing,
  /// also in a training or after ``train()``, until ``unfreeze(_:parametersOnly:)``.
  ///
  ///     net.backbone.freeze()     // or net.freeze("backbone.*")
  ///
  /// A part matches wholly where its own path does, or the names of all its parameters and buffers. Stops
  /// where nothing matches.
  ///
  /// - Parameters:
  ///   - pattern: A name in which `*` stands for any text, `features.*`: of property paths, or, where none
  ///     of them matches, of names in the state dictionary.
  ///   - parametersOnly: Whether modes stay as they are, so that statistics move on.
  public func freeze(_ pattern: String = "*", parametersOnly: Bool = false) {
    setFrozen(true, pattern, parametersOnly)
  }

  /// Makes the parameters whose names match `pattern` trainable again, or all of them, and gives the parts
  /// that match wholly their modes back; stops where nothing matches.
  ///
  /// - Parameter parametersOnly: Whether modes stay frozen where they are.
  public func unfreeze(_ pattern: String = "*", parametersOnly: Bool = false) {
    setFrozen(false, pattern, parametersOnly)
  }

  private func setFrozen(_ isFrozen: Bool, _ pattern: String, _ parametersOnly: Bool) {
    let operation = isFrozen ? "freeze" : "unfreeze"
    let walk = ModuleWalk(self)
    let values: [(name: PartName, part: AnyObject)] =
      walk.parameters.map { ($0, $1) } + walk.buffers.map { ($0, $1) }
    let modal = parametersOnly ? [] : walk.modal
    let names = values.map(\.name) + modal.map(\.name)
    let matches = names.matches(of: pattern)
    let chosen = zip(values.map(\.part) + modal.map { $0.part as AnyObject }, matches)
      .filter(\.1).map(\.0)
    guard pattern == "*" || chosen.contains(where: { !($0 is Buffer) }) else {
      walk.parameters.map(\.name).failNoMatch(operation, pattern)
    }
    let identities = Set(chosen.map(ObjectIdentifier.init))
    for case let parameter as Parameter in chosen { parameter.isFrozen = isFrozen }
    for (_, part) in modal where part.isWhole(in: identities) { ModeNote.setFrozen(isFrozen, part) }
  }

  /// Whether this module, or all that it holds, is among `parts`.
  private func isWhole(in parts: Set<ObjectIdentifier>) -> Bool {
    if parts.contains(ObjectIdentifier(self)) { return true }
    let walk = ModuleWalk(self)
    let own =
      walk.parameters.map { ObjectIdentifier($0.parameter) }
      + walk.buffers.map { ObjectIdentifier($0.buffer) }
    return !own.isEmpty && parts.isSuperset(of: own)
  }
}
