import Foundation
import GannetTensor

/// A table read from a CSV file or another text with one row a line and separated fields.
///
///     let table = try CSVTable(contentsOf: url)
///     let (labels, names) = try table.classes("species")
///     let features = try table.numbers(["length", "width"])
///     let set = TensorDataset(features: features, labels: labels)
///
/// The text is UTF-8, fields may be quoted (RFC 4180). Names, classes and missing values are
/// compared by Unicode scalars, as in pandas.
public struct CSVTable: Sendable {
  /// The columns' names: the first row, or "0", "1" and so on without a header.
  public let columnNames: [String]

  /// The number of rows without the header.
  public let rowCount: Int

  let path: String
  private let missing: Set<ExactKey<String>>
  private let fields: CSVParser
  /// Number of header rows: 1 or 0.
  private let firstRow: Int

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - url: The file.
  ///   - separator: The character between fields, in ASCII; "," by default.
  ///   - hasHeader: Whether the first row holds the columns' names; true by default.
  ///   - missing: The fields that mark a missing value. In numbers, `nan` always does.
  /// - Throws: `FileError` with the line, if the file is missing or not text, rows differ in
  ///   length, or quotation marks do not match.
  public init(
    contentsOf url: URL, separator: Character = ",", hasHeader: Bool = true,
    missing: Set<String> = ["", "NA", "NaN", "nan"]
  ) throws {
    let file = try InputFile(url)
    // A table may begin like JSON, but not like any other known format.
    if file.size > 0, let sort = try FileSignature(file.start), !sort.isJSON {
      throw sort.error(file.path, expected: "a table (CSV)")
    }
    try self.init(
      bytes: file.bytes(), path: url.path, separator: separator, hasHeader: hasHeader,
      missing: missing)
  }

  /// Reads a table from a string, which errors call "text".
  public init(
    text: String, separator: Character = ",", hasHeader: Bool = true,
    missing: Set<String> = ["", "NA", "NaN", "nan"]
  ) throws {
    try self.init(
      bytes: Array(text.utf8), path: "text", separator: separator, hasHeader: hasHeader,
      missing: missing)
  }

  private init(
    bytes: [UInt8], path: String, separator: Character, hasHeader: Bool, missing: Set<String>
  ) throws {
    guard let separator = separator.asciiValue, !"\"\r\n".utf8.contains(separator) else {
      fail("CSVTable: \"\(separator)\" cannot separate fields")
    }
    self.path = path
    self.missing = Set(missing.lazy.map(ExactKey.init))
    fields = try CSVParser(bytes, separator: separator, path: path)
    guard !hasHeader || !fields.lines.isEmpty else {
      throw FileError(.truncated, path: path, "the table is empty: it has no row of names")
    }
    firstRow = hasHeader ? 1 : 0
    rowCount = fields.lines.count - firstRow
    columnNames = (0..<fields.width).map { [fields] in hasHeader ? fields.field(0, $0) : "\($0)" }
    if let twice = columnNames.firstRepeated {
      throw FileError(
        .corrupt, path: path, line: line(ofRow: -1), "two columns have the name \"\(twice)\"",
        advice: "Give each column a name of its own.")
    }
  }

  /// A field's text, or nil where the value is missing.
  ///
  /// - Throws: `FileError`, if there is no such column.
  public func text(row: Int, column: String) throws -> String? {
    guard (0..<rowCount).contains(row) else {
      fail("CSVTable: row \(row) is out of range for \(rowCount) rows")
    }
    return try field(row, index(of: column))
  }

  /// The texts of a column, nil where the value is missing.
  ///
  /// - Throws: `FileError`, if there is no such column.
  public func texts(_ column: String) throws -> [String?] {
    let index = try index(of: column)
    return (0..<rowCount).map { field($0, index) }
  }

  /// The columns that hold only numbers and missing values, with at least one number.
  public var numericColumnNames: [String] {
    columnNames.indices.filter { column in
      var hasNumber = false
      for row in 0..<rowCount {
        guard let text = field(row, column) else { continue }
        guard let number = NumberText(text) else { return false }
        hasNumber = hasNumber || number.form != .notANumber
      }
      return hasNumber
    }.map { columnNames[$0] }
  }

  func field(_ row: Int, _ column: Int) -> String? {
    let text = fields.field(firstRow + row, column)
    return missing.contains(ExactKey(text)) ? nil : text
  }

  func index(of column: String) throws -> Int {
    guard let index = columnNames.firstIndex(where: column.isExactly) else {
      throw FileError(
        .missing, path: path, "the table has no column \"\(column)\"",
        advice: columnNames.advice(insteadOf: column))
    }
    return index
  }

  /// The line of the file on which a row begins; row -1 is the header.
  func line(ofRow row: Int) -> Int { Int(fields.lines[firstRow + row]) }
}

extension CSVParser {
  /// A field without the spaces around it.
  fileprivate func field(_ row: Int, _ column: Int) -> String {
    let index = row * width + column
    let start = index == 0 ? 0 : Int(ends[index - 1])
    return String(decoding: text[start..<Int(ends[index])], as: UTF8.self).trimmed
  }
}
