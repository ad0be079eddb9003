/// Finds the longest token that bytes begin with, in time linear in its length.
///
/// Tokens are in groups, each with a tree of its own, and are searched in one of them.
struct TokenTrie: Sendable {
  /// The next node by node and byte.
  private var edges: [UInt64: Int32] = [:]
  /// The index of the token that ends at a node, or -1.
  private var indices: [Int32]

  /// Makes `groups` empty groups.
  init(groups: Int) { indices = Array(repeating: -1, count: groups) }

  /// Adds the token of these bytes, at least one, to a group.
  mutating func add(_ bytes: some Sequence<UInt8>, index: Int, to group: Int) {
    var node = Int32(group)
    for byte in bytes {
      let edge = Self.edge(node, byte)
      if let next = edges[edge] {
        node = next
      } else {
        edges[edge] = Int32(indices.count)
        node = Int32(indices.count)
        indices.append(-1)
      }
    }
    indices[Int(node)] = Int32(index)
  }

  /// The longest token of a group that begins at `start`: its index and its end; nil where there is
  /// none.
  func longest(in bytes: [UInt8], from start: Int, group: Int) -> (index: Int32, end: Int)? {
    var result: (index: Int32, end: Int)?
    var node = Int32(group)
    for position in start..<bytes.count {
      guard let next = edges[Self.edge(node, bytes[position])] else { break }
      node = next
      if indices[Int(node)] >= 0 { result = (indices[Int(node)], position + 1) }
    }
    return result
  }

  private static func edge(_ node: Int32, _ byte: UInt8) -> UInt64 {
    UInt64(node) << 8 | UInt64(byte)
  }
}
