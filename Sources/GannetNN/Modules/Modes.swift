import GannetTensor

extension Module {
  /// Switches the module and its parts to training mode, in which dropout drops and batch norm uses
  /// the batch's statistics. Frozen parts stay in evaluation mode.
  public func train() { switchModes(isTraining: true) }

  /// Switches the module and its parts to evaluation mode.
  public func eval() { switchModes(isTraining: false) }

  /// Runs `body` in training mode, then restores every part's mode.
  ///
  /// Frozen parts, and parts that have been switched to evaluation mode separately, by ``eval()``
  /// of a part of this module or by `isTraining`, stay in it. Changes that `body` makes by
  /// freezing, unfreezing, ``eval()`` or ``train()`` persist.
  public func training<Result>(_ body: () throws -> Result) rethrows -> Result {
    let identity = ObjectIdentifier(self)
    let parts = ModuleWalk(self).modal.map { ModeBefore($0.part) }
    for before in parts where before.note.isInPrediction(with: identity) {
      before.part.isTraining = true
    }
    defer { for before in parts { before.restore() } }
    return try body()
  }

  /// Runs `body` in evaluation mode and without gradients, then restores every part's mode.
  public func evaluating<Result>(_ body: () throws -> Result) rethrows -> Result {
    let walk = ModuleWalk(self)
    let call = ModeCall(walk, isTraining: false)
    let parts = walk.modal.map { ModeBefore($0.part, call) }
    for before in parts where before.part.isTraining {
      before.part.isTraining = false
      ModeNote.change(before.part) { $0.call = call }  // so that a training inside knows
    }
    defer { for before in parts { before.restore() } }
    return try withoutGradients(body)
  }

  private func switchModes(isTraining: Bool) {
    let walk = ModuleWalk(self)
    let call = ModeCall(walk, isTraining: isTraining)
    for (_, part) in walk.modal {
      ModeNote.change(part) { note in
        note.call = call
        if note.thawed != nil { note.thawed = isTraining }
      }
      if !ModeNote.isFrozen(part) { part.isTraining = isTraining }
    }
  }
}

/// A call that switched the modes of a module and its parts.
final class ModeCall: @unchecked Sendable {
  /// The modules that were switched.
  let extent: Set<ObjectIdentifier>
  /// The mode that was set.
  let isTraining: Bool

  init(_ walk: ModuleWalk, isTraining: Bool) {
    extent = Set(walk.modules.map { ObjectIdentifier($0.module) })
    self.isTraining = isTraining
  }
}

/// Additional state of a part's mode, stored separately so that custom modules need only
/// `isTraining`.
struct ModeNote {
  private weak var part: (any TrainingDependent)?
  /// While frozen, the mode to restore.
  var thawed: Bool?
  /// The last call that switched the part.
  var call: ModeCall?

  private static let notes = Locked<(all: [ObjectIdentifier: ModeNote], limit: Int)>(([:], 64))

  /// Whether the part was last switched to evaluation mode, together with `module`.
  func isInPrediction(with module: ObjectIdentifier) -> Bool {
    guard thawed == nil, let call else { return false }
    return !call.isTraining && call.extent.contains(module)
  }

  static func of(_ part: any TrainingDependent) -> ModeNote {
    notes.withLock { notes in
      if let note = notes.all[ObjectIdentifier(part)], note.part === part { return note }
      return ModeNote(part: part)
    }
  }

  static func isFrozen(_ part: any TrainingDependent) -> Bool { of(part).thawed != nil }

  static func change(_ part: any TrainingDependent, _ change: (inout ModeNote) -> Void) {
    var note = of(part)
    change(&note)
    notes.withLock { notes in
      if notes.all.count >= notes.limit {
        notes.all = notes.all.filter { $0.value.part != nil }
        notes.limit = max(64, 2 * notes.all.count)
      }
      notes.all[ObjectIdentifier(part)] = note
    }
  }

  /// Freezes `part` in evaluation mode, or restores its mode.
  static func setFrozen(_ isFrozen: Bool, _ part: any TrainingDependent) {
    let note = of(part)
    guard isFrozen != (note.thawed != nil) else { return }
    let mode = part.isTraining
    change(part) { $0.thawed = isFrozen ? mode : nil }
    part.isTraining = isFrozen ? false : note.thawed!
  }
}

/// A part's mode, saved before a body runs in another.
private struct ModeBefore {
  let part: any TrainingDependent
  let note: ModeNote
  private let isTraining: Bool
  /// The call that the body's mode counts as, if any.
  private let call: ModeCall?

  init(_ part: any TrainingDependent, _ call: ModeCall? = nil) {
    self.part = part
    self.call = call
    note = ModeNote.of(part)
    isTraining = part.isTraining
  }

  /// Restores the mode, unless the body has switched, frozen or unfrozen the part.
  func restore() {
    let now = ModeNote.of(part)
    guard now.call === note.call || now.call === call else { return }
    if now.call !== note.call { ModeNote.change(part) { $0.call = note.call } }
    switch (note.thawed, now.thawed) {
    case (nil, .some): ModeNote.change(part) { $0.thawed = isTraining }
    case (.some(let mode), nil): part.isTraining = mode
    default: part.isTraining = isTraining
    }
  }
}
