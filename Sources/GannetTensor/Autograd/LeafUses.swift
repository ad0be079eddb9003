/// The numbers of uses, by the nodes that a backward pass has still to visit, of each leaf: at 0 the
/// leaf's gradient is complete.
struct LeafUses {
  private var counts: [ObjectIdentifier: Int] = [:]

  /// Counts the uses by `nodes`.
  init(of nodes: [Node]) {
    for node in nodes {
      for case let leaf? in node.inputs where leaf.isLeaf {
        counts[ObjectIdentifier(leaf), default: 0] += 1
      }
    }
  }

  /// Notes that a node with `inputs` has been visited; calls `body` for the leaves among them that
  /// no other node uses.
  mutating func forEachLast(of inputs: [Node?], _ body: (Node) -> Void) {
    for case let leaf? in inputs where leaf.isLeaf {
      counts[ObjectIdentifier(leaf)]! -= 1
      if counts[ObjectIdentifier(leaf)] == 0 { body(leaf) }
    }
  }
}
