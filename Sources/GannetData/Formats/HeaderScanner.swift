/// Parser of the headers of array files, JSON or a Python literal, and of files of JSON.
///
/// Its caller says what to expect next, so it allocates only what is kept, and it finds duplicate
/// keys, which a general JSON decoder drops.
struct HeaderScanner {
  private let path: String
  private let bytes: [UInt8]
  private let isWholeFile: Bool
  private var index = 0
  private var isAtFirstItem = false

  /// Makes a parser of a header or, with `isWholeFile`, of a file that is nothing but JSON, whose
  /// errors then name the line.
  init(_ bytes: [UInt8], path: String, isWholeFile: Bool = false) {
    self.bytes = bytes
    self.path = path
    self.isWholeFile = isWholeFile
  }

  func error(_ expected: String) -> FileError {
    guard !isWholeFile else {
      let line = bytes[..<index].count { $0 == UInt8(ascii: "\n") } + 1
      return FileError(
        .corrupt, path: path, line: line,
        "the JSON is damaged: \(expected) expected at byte \(index) of the file")
    }
    return FileError(
      .corrupt, path: path, "the header is damaged: \(expected) expected at its byte \(index)")
  }

  static let spaces: [UInt8] = [0x20, 0x09, 0x0a, 0x0d]

  private mutating func skipSpace() {
    while index < bytes.count, Self.spaces.contains(bytes[index]) { index += 1 }
  }

  /// Skips `character`, if it comes next; returns whether it did.
  mutating func skip(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard index < bytes.count, bytes[index] == UInt8(ascii: character) else { return false }
    index += 1
    return true
  }

  mutating func expect(_ character: Unicode.Scalar) throws {
    guard skip(character) else { throw error("\"\(character)\"") }
  }

  /// Checks that only white space is left.
  mutating func expectEnd() throws {
    skipSpace()
    guard index == bytes.count else { throw error("the end") }
  }

  /// Enters a list or object, whose items `next(before:)` then announces.
  mutating func begin(_ bracket: Unicode.Scalar) throws {
    try expect(bracket)
    isAtFirstItem = true
  }

  /// Whether another item comes before `bracket`; skips the bracket where there is none.
  mutating func next(before bracket: Unicode.Scalar, allowsFinalComma: Bool = false) throws -> Bool
  {
    if skip(bracket) {
      isAtFirstItem = false
      return false
    }
    if !isAtFirstItem {
      try expect(",")
      if allowsFinalComma && skip(bracket) { return false }
    }
    isAtFirstItem = false
    return true
  }

  /// Sizes between two brackets, in JSON or in a Python tuple.
  mutating func sizes(
    _ open: Unicode.Scalar, _ close: Unicode.Scalar, isPython: Bool = false
  ) throws -> [Int] {
    var result: [Int] = []
    try begin(open)
    while try next(before: close, allowsFinalComma: isPython) {
      result.append(try integer())
      // Python 2's suffix of long integers.
      if isPython { _ = skip("L") }
    }
    return result
  }

  /// An integer without a sign.
  mutating func integer() throws -> Int {
    skipSpace()
    let digits = bytes[index...].prefix { (0x30...0x39).contains($0) }
    guard let value = Int(String(decoding: digits, as: UTF8.self)) else { throw error("a size") }
    index += digits.count
    return value
  }

  /// Skips `word`, if it comes next; returns whether it did.
  mutating func skip(word: String) -> Bool {
    let start = index
    if self.word().isExactly(word) { return true }
    index = start
    return false
  }

  /// A word of letters.
  mutating func word() -> String {
    skipSpace()
    let letters = bytes[index...].prefix { (0x41...0x5a).contains($0 & 0xdf) }
    index += letters.count
    return String(decoding: letters, as: UTF8.self)
  }

  /// A Python string in single or double quotes, with JSON's escapes and perhaps Python 2's prefix
  /// `u`.
  mutating func pythonString() throws -> String {
    _ = skip("u")
    skipSpace()
    let isDouble = index < bytes.count && bytes[index] == UInt8(ascii: "\"")
    return try string(quote: isDouble ? "\"" : "'")
  }

  /// Skips a JSON value. Its brackets must match and its strings end; nothing else is checked.
  mutating func skipValue() throws {
    var open: [Unicode.Scalar] = []
    repeat {
      skipSpace()
      guard index < bytes.count else { throw error("a value") }
      switch Unicode.Scalar(bytes[index]) {
      case "\"": _ = try string()
      case "{", "[":
        open.append(bytes[index] == UInt8(ascii: "{") ? "}" : "]")
        index += 1
      case "}", "]":
        guard let bracket = open.popLast() else { throw error("a value") }
        try expect(bracket)
      case ",", ":":
        guard !open.isEmpty else { throw error("a value") }
        index += 1
      default:
        let plain = bytes[index...].prefix {
          (0x30...0x39).contains($0) || (0x41...0x5a).contains($0 & 0xdf)
            || [0x2b, 0x2d, 0x2e].contains($0)
        }
        guard !plain.isEmpty else { throw error("a value") }
        index += plain.count
      }
    } while !open.isEmpty
  }

  /// A quoted string with JSON's escapes.
  mutating func string(quote: Unicode.Scalar = "\"") throws -> String {
    try expect(quote)
    var units: [UInt8] = []
    while true {
      guard index < bytes.count, bytes[index] >= 0x20 else { throw error("\(quote)") }
      let byte = bytes[index]
      index += 1
      switch byte {
      case UInt8(ascii: quote):
        guard let string = String(validating: units, as: UTF8.self) else {
          throw error("UTF-8 before the end of the string")
        }
        return string
      case UInt8(ascii: "\\"): try units += escape().utf8
      default: units.append(byte)
      }
    }
  }

  private mutating func escape() throws -> String {
    guard index < bytes.count else { throw error("an escape") }
    index += 1
    switch Unicode.Scalar(bytes[index - 1]) {
    case "\"": return "\""
    case "\\": return "\\"
    case "/": return "/"
    case "b": return "\u{8}"
    case "f": return "\u{c}"
    case "n": return "\n"
    case "r": return "\r"
    case "t": return "\t"
    case "u":
      var units = [try codeUnit()]
      if UTF16.isLeadSurrogate(units[0]) {
        guard skip("\\"), skip("u") else { throw error("the second half of a surrogate pair") }
        units.append(try codeUnit())
      }
      guard let string = String(validating: units, as: UTF16.self) else {
        throw error("a character of Unicode")
      }
      return string
    default: throw error("an escape")
    }
  }

  private mutating func codeUnit() throws -> UInt16 {
    let digits = bytes[index...].prefix(4)
    guard digits.count == 4, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
      let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
    else { throw error("four hexadecimal digits") }
    index += 4
    return unit
  }
}
