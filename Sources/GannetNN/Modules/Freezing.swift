import GannetTensor

extension Module {
  /// Freezes the parameters whose names match `pattern`, all by default, and keeps completely
  /// matching parts in evaluation mode, also in a training or after ``train()``, until
  /// ``unfreeze(_:parametersOnly:)``: running statistics do not change and dropout drops nothing.
  ///
  ///     net.backbone.freeze()     // or net.freeze("backbone.*")
  ///
  /// A part matches completely if its path does, or the names of all its parameters and buffers.
  /// Stops where nothing matches.
  ///
  /// - Parameters:
  ///   - pattern: A property path in which `*` stands for any text, such as `features.*`, or, if no
  ///     path matches, a pattern of names in the state dictionary.
  ///   - parametersOnly: Whether to leave modes unchanged, so that running statistics are still
  ///     updated; false by default.
  public func freeze(_ pattern: String = "*", parametersOnly: Bool = false) {
    setFrozen(true, pattern, parametersOnly)
  }

  /// Unfreezes the parameters whose names match `pattern`, all by default, and restores the modes
  /// of completely matching parts; stops where nothing matches.
  ///
  /// - Parameters:
  ///   - pattern: A pattern of names as in ``freeze(_:parametersOnly:)``; all by default.
  ///   - parametersOnly: Whether to leave modes frozen; false by default.
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

  /// Whether this module, or everything it holds, is among `parts`.
  private func isWhole(in parts: Set<ObjectIdentifier>) -> Bool {
    if parts.contains(ObjectIdentifier(self)) { return true }
    let walk = ModuleWalk(self)
    let own =
      walk.parameters.map { ObjectIdentifier($0.parameter) }
      + walk.buffers.map { ObjectIdentifier($0.buffer) }
    return !own.isEmpty && parts.isSuperset(of: own)
  }
}
