/// Parser that splits the text of a CSV file into fields (RFC 4180).
///
/// A quoted field may contain separators, ends of lines and doubled quotation marks. Lines end with
/// LF, CR LF or CR; empty and blank lines are skipped.
struct CSVParser {
  /// The fields' bytes without their quotation marks, one after the other.
  private(set) var text: [UInt8] = []
  /// End offset of each field in `text`, row by row.
  private(set) var ends: [UInt32] = []
  /// Line of the file on which each row begins.
  private(set) var lines: [UInt32] = []
  /// The number of fields in each row.
  private(set) var width = 0

  private let path: String
  private let bytes: [UInt8]
  private let separator: UInt8
  private var index = 0
  private var line: UInt32 = 1

  init(_ bytes: [UInt8], separator: UInt8, path: String) throws {
    guard bytes.count < UInt32.max else {
      throw FileError(.tooLarge, path: path, "the table has 4 GB or more", advice: "Cut it up.")
    }
    self.bytes = bytes
    self.separator = separator
    self.path = path
    text.reserveCapacity(bytes.count)
    let byteOrderMark: [UInt8] = [0xef, 0xbb, 0xbf]
    if bytes.starts(with: byteOrderMark) { index = byteOrderMark.count }
    while index < bytes.count {
      if !skipEmptyLine() { try parseRow() }
    }
  }

  private mutating func parseRow() throws {
    lines.append(line)
    let (textStart, firstField) = (text.count, ends.count)
    repeat {
      if index < bytes.count, bytes[index] == UInt8(ascii: "\"") {
        try parseQuotedField()
      } else {
        parsePlainField()
      }
      ends.append(UInt32(text.count))
    } while skipSeparator()
    guard index == bytes.count || skipLineEnd() else {
      throw fault("a field continues after its closing quotation mark")
    }

    let count = ends.count - firstField
    if lines.count == 1 { width = count }
    guard count == width else {
      throw fault("the row has \(count) fields, where the first has \(width)")
    }
    let row = text[textStart...]
    guard row.allSatisfy({ $0 < 0x80 }) || String(validating: row, as: UTF8.self) != nil else {
      throw fault("the text is not UTF-8")
    }
  }

  private mutating func parsePlainField() {
    let field = bytes[index...].prefix { $0 != separator && !Self.lineEnds.contains($0) }
    index += field.count
    text += field
  }

  private mutating func parseQuotedField() throws {
    let quote = UInt8(ascii: "\"")
    index += 1
    while true {
      let part = bytes[index...].prefix { $0 != quote }
      text += part
      line += Self.lineCount(part)
      index += part.count + 1
      guard index <= bytes.count else { throw fault("a quotation mark is never closed") }
      guard index < bytes.count, bytes[index] == quote else { return }
      text.append(quote)
      index += 1
    }
  }

  private mutating func skipSeparator() -> Bool {
    guard index < bytes.count, bytes[index] == separator else { return false }
    index += 1
    return true
  }

  private mutating func skipLineEnd() -> Bool {
    guard index < bytes.count, Self.lineEnds.contains(bytes[index]) else { return false }
    index += bytes[index...].starts(with: [0x0d, 0x0a]) ? 2 : 1
    line += 1
    return true
  }

  /// Skips a blank line with its line ending, or the blank end of the file; returns whether there
  /// was one.
  private mutating func skipEmptyLine() -> Bool {
    let spaces = bytes[index...].prefix { $0 != separator && ($0 == 0x20 || $0 == 0x09) }
    let end = index + spaces.count
    guard end == bytes.count || Self.lineEnds.contains(bytes[end]) else { return false }
    index = end
    _ = skipLineEnd()
    return true
  }

  private static let lineEnds: [UInt8] = [0x0a, 0x0d]

  /// Number of line endings in a part of a field.
  private static func lineCount(_ part: ArraySlice<UInt8>) -> UInt32 {
    var count: UInt32 = 0
    var last: UInt8 = 0
    for byte in part {
      if byte == 0x0d || (byte == 0x0a && last != 0x0d) { count += 1 }
      last = byte
    }
    return count
  }

  /// Error at the line of the current row.
  private func fault(_ problem: String) -> FileError {
    FileError(
      .corrupt, path: path, line: Int(lines.last!), problem, advice: "Correct the table.")
  }
}
