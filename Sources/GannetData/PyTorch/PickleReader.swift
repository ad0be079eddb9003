/// The bytes of a pickle, read in order; sizes are checked before anything is made of them.
struct PickleReader {
  let path: String
  private var rest: ArraySlice<UInt8>

  init(_ bytes: [UInt8], path: String) {
    rest = bytes[...]
    self.path = path
  }

  func fault(_ problem: String) -> FileError {
    FileError(
      .corrupt, path: path, "the pickle is damaged before byte \(rest.startIndex): \(problem)")
  }

  mutating func byte() throws -> UInt8 { try integer() }

  /// An integer of little-endian bytes.
  mutating func integer<Value: FixedWidthInteger>() throws -> Value {
    try take(Value.bitWidth / 8).reversed().reduce(0) { $0 << 8 | Value(truncatingIfNeeded: $1) }
  }

  /// A count of `Count`'s width.
  mutating func count<Count: FixedWidthInteger>(_: Count.Type) throws -> Int {
    guard let count = Int(exactly: try integer() as Count), count >= 0 else {
      throw fault("a size that is impossible")
    }
    return count
  }

  mutating func text(_ count: Int) throws -> String {
    guard let text = String(validating: try take(count), as: UTF8.self) else {
      throw fault("a text that is not UTF-8")
    }
    return text
  }

  /// The text before the next line feed.
  mutating func line() throws -> String {
    guard let end = rest.firstIndex(of: 0x0a) else { throw fault("a line has no end") }
    let text = try text(end - rest.startIndex)
    try skip(1)
    return text
  }

  /// A two's complement integer of `count` little-endian bytes; nil where it exceeds 64 bits.
  mutating func wideInteger(_ count: Int) throws -> Int? {
    let digits = try take(count)
    let fill: UInt8 = digits.last ?? 0 >= 0x80 ? 0xff : 0
    let value = digits.prefix(8).reversed().reduce(fill == 0 ? 0 : -1) { $0 << 8 | Int($1) }
    guard digits.dropFirst(8).allSatisfy({ $0 == fill }), (value < 0) == (fill != 0) else {
      return nil
    }
    return value
  }

  mutating func skip(_ count: Int) throws { _ = try take(count) }

  private mutating func take(_ count: Int) throws -> ArraySlice<UInt8> {
    guard count <= rest.count else { throw fault("\(count) bytes are missing") }
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count)
  }
}
