/// The pieces into which GPT-2 cuts a text before its bytes are merged, by the regular expression
///
///     's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
///
/// Together they are the text.
struct TextPieces: Sequence, IteratorProtocol {
  private enum Kind {
    case letter, number, space, other

    init(_ scalar: Unicode.Scalar) {
      switch scalar.properties.generalCategory {
      case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
        self = .letter
      case .decimalNumber, .letterNumber, .otherNumber: self = .number
      case _: self = scalar.properties.isWhitespace ? .space : .other
      }
    }
  }

  private static let endings = ["s", "t", "re", "ve", "m", "ll", "d"].map {
    Array($0.unicodeScalars)
  }

  private let scalars: [Unicode.Scalar]
  private var start = 0

  init(_ text: String) { scalars = Array(text.unicodeScalars) }

  mutating func next() -> String? {
    guard start < scalars.count else { return nil }
    let end = endOfPiece
    defer { start = end }
    var piece = String.UnicodeScalarView()
    piece.append(contentsOf: scalars[start..<end])
    return String(piece)
  }

  private var endOfPiece: Int {
    let first = scalars[start]
    if first == "'",
      let ending = Self.endings.first(where: { scalars[(start + 1)...].starts(with: $0) })
    {
      return start + 1 + ending.count
    }
    let begin = first == " " && start + 1 < scalars.count ? start + 1 : start
    let kind = Kind(scalars[begin])
    if kind != .space { return end(of: kind, from: begin) }
    let end = end(of: .space, from: start)
    // The last space belongs to the word behind it, if it is a space, and else is alone.
    return end == scalars.count || end == start + 1 ? end : end - 1
  }

  /// The end of the run of characters of a kind.
  private func end(of kind: Kind, from start: Int) -> Int {
    scalars[start...].firstIndex { Kind($0) != kind } ?? scalars.count
  }
}
