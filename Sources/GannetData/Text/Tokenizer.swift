/// Cuts text into tokens, the units that a model sees (Dive into Deep Learning, section 9.2).
public enum Tokenizer: Sendable {
  /// Each character, spaces included. Characters are Unicode scalars, as in Python: the end of a
  /// line of Windows is two, an accent that stands alone is one.
  case characters
  /// Words: the runs of characters between white space as Python's `split()` defines it.
  case words

  /// The tokens of `text`, in their order.
  public func callAsFunction(_ text: some StringProtocol) -> [String] {
    switch self {
    case .characters: text.unicodeScalars.map { String($0) }
    case .words: String(text).unicodeScalars.split { $0.isPythonSpace }.map { String($0) }
    }
  }
}

extension Unicode.Scalar {
  /// Python adds the separators of files, groups, records and units to Unicode's white space.
  fileprivate var isPythonSpace: Bool {
    properties.isWhitespace || (0x1c...0x1f).contains(value)
  }
}

extension StringProtocol {
  /// This text in small letters, with one space in place of whatever is no letter from A to Z: the
  /// book's preparation of The Time Machine.
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
