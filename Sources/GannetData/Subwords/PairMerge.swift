import Foundation

/// A merge of byte-pair encoding: two adjacent symbols that become one.
public struct PairMerge: Hashable, Sendable {
  /// The left symbol.
  public let first: String
  /// The right symbol.
  public let second: String

  /// Makes the merge of `first` and `second`.
  public init(_ first: String, _ second: String) {
    self.first = first
    self.second = second
  }

  public static func == (a: PairMerge, b: PairMerge) -> Bool {
    a.first.isExactly(b.first) && a.second.isExactly(b.second)
  }

  private static let header = "#version: 0.2"

  /// Reads merges from a file with two symbols and a space between them in each line, below a line
  /// with the version of the format.
  ///
  /// - Throws: `FileError`, if the file is missing, not UTF-8, of another version, or a line does not
  ///   have two symbols.
  static func read(from url: URL) throws -> (merges: [PairMerge], path: String) {
    let file = try TextLines(contentsOf: url)
    guard let header = file.lines.first, header.isExactly(Self.header) else {
      throw FileError(
        .unsupported, path: file.path, line: 1, "it does not read \(Self.header)",
        advice: "Check that the file has the merges of a byte-pair encoding.")
    }
    let merges = try file.lines.enumerated().dropFirst().map { index, line in
      let symbols = line.utf8.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
      guard symbols.count == 2, !symbols.contains(where: \.isEmpty) else {
        throw FileError(
          .corrupt, path: file.path, line: index + 1,
          "\"\(line.prefix(40))\" is not two symbols with a space between them")
      }
      return PairMerge(String(symbols[0])!, String(symbols[1])!)
    }
    return (merges, file.path)
  }

  /// Writes merges to a file.
  ///
  /// - Throws: `FileError`, if the file cannot be written.
  static func write(_ merges: [PairMerge], to url: URL) throws {
    try OutputFile.write(to: url) { file in
      for line in [header] + merges.map({ "\($0.first) \($0.second)" }) {
        try file.write((line + "\n").utf8)
      }
    }
  }
}
