import Foundation

/// The lines of a text file in UTF-8, without their ends, LF or CR LF. Behind the last end is no line.
struct TextLines {
  let path: String
  let lines: [String]

  /// Reads a file.
  ///
  /// - Throws: `FileError`, if it is missing or a line is not UTF-8.
  init(contentsOf url: URL) throws {
    let file = try InputFile(url)
    path = file.path
    var parts = try file.bytes().split(
      separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    if parts.last?.isEmpty == true { parts.removeLast() }
    lines = try parts.enumerated().map { index, part in
      let line = part.last == UInt8(ascii: "\r") ? part.dropLast() : part
      guard let text = String(validating: line, as: UTF8.self) else {
        throw FileError(
          .unsupported, path: file.path, line: index + 1,
          "the bytes are not UTF-8, where a text was expected")
      }
      return text
    }
  }
}
