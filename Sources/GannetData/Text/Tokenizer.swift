/// Splits text into tokens (Dive into Deep Learning, section 9.2).
public enum Tokenizer: Sendable {
  /// Characters, spaces included. They are Unicode scalars, as in Python: CR LF is two, a combining
  /// accent is one.
  case characters
  /// Words, separated by white space as in Python's `split()`.
  case words

  /// The tokens of `text`, in order.
  public func callAsFunction(_ text: some StringProtocol) -> [String] {
    switch self {
    case .characters: text.unicodeScalars.map { String($0) }
    case .words: String(text).unicodeScalars.split { $0.isPythonSpace }.map { String($0) }
    }
  }

  /// The separator of tokens: none for characters, a space for words.
  public var separator: String { self == .words ? " " : "" }
}

extension Unicode.Scalar {
  /// White space in Python: Unicode's, and the separators of files, groups, records and units.
  fileprivate var isPythonSpace: Bool {
    properties.isWhitespace || (0x1c...0x1f).contains(value)
  }
}

extension StringProtocol {
  /// The text in lower case with each run of other characters than letters from A to Z replaced by
  /// a space: the book's preprocessing of The Time Machine.
  ///
  ///     "It's 1895!".lettersAndSpaces  // "it s "
  public var lettersAndSpaces: String {
    var result: [UInt8] = []
    result.reserveCapacity(utf8.count)
    for byte in utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"): result.append(byte)
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): result.append(byte | 0x20)
      default: if result.last != UInt8(ascii: " ") { result.append(UInt8(ascii: " ")) }
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}
