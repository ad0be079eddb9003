/// Leaves that have collected a gradient though no optimizer takes care of them.
///
/// A backward pass notes them here, and the next optimizer's step on the thread asks whether one is of
/// its module.
package enum UntrackedLeaves {
  final class Notes {
    var leaves: [WeakNode] = []
  }

  struct WeakNode {
    weak var node: Node?
  }

  static func note(_ leaf: Node) {
    let notes = ThreadLocal.values.untracked
    // The same leaf may collect many times before an optimizer looks.
    guard !notes.leaves.contains(where: { $0.node === leaf }) else { return }
    notes.leaves.removeAll { $0.node == nil }
    notes.leaves.append(WeakNode(node: leaf))
  }

  /// Those that are still untracked, which are then forgotten.
  package static func take() -> [Node] {
    let notes = ThreadLocal.values.untracked
    guard !notes.leaves.isEmpty else { return [] }
    defer { notes.leaves = [] }
    return notes.leaves.compactMap(\.node).filter { !$0.isTracked }
  }
}
