/// The tokens that are found in a text by their names before it is cut into words.
struct SpecialTokens: Sendable {
  private var trie = TokenTrie(groups: 1)
  private var firstBytes: Set<UInt8> = []

  /// Makes a set of tokens: names that are not empty, and indices.
  init(_ tokens: some Sequence<(name: String, index: Int)>) {
    for token in tokens {
      trie.add(token.name.utf8, index: token.index, to: 0)
      firstBytes.insert(token.name.utf8.first!)
    }
  }

  /// A part of a text.
  enum Part {
    case text(String)
    case token(Int)
  }

  /// The parts of a text; the leftmost names, and of those the longest, are tokens.
  func parts(of text: String) -> [Part] {
    guard text.utf8.contains(where: firstBytes.contains) else { return [.text(text)] }
    let bytes = Array(text.utf8)
    var parts: [Part] = []
    var (start, position) = (0, 0)
    func endText() {
      guard start < position else { return }
      parts.append(.text(String(decoding: bytes[start..<position], as: UTF8.self)))
    }
    while position < bytes.count {
      if firstBytes.contains(bytes[position]),
        let token = trie.longest(in: bytes, from: position, group: 0)
      {
        endText()
        parts.append(.token(Int(token.index)))
        (start, position) = (token.end, token.end)
      } else {
        position += 1
      }
    }
    endText()
    return parts
  }
}
