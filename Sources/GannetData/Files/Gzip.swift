import Foundation

/// Reader of files compressed by gzip; their checksums are verified.
public enum Gzip {
  /// The decompressed content of a file.
  ///
  /// - Parameters:
  ///   - url: The file, of one or several gzip members; zeros may follow them.
  ///   - maximumSize: The limit of the content's size in bytes, so that a small file cannot fill
  ///     the memory.
  /// - Throws: `FileError`, if the file is missing, truncated, damaged, not gzip or too large.
  public static func decompress(contentsOf url: URL, maximumSize: Int) throws -> [UInt8] {
    let file = try InputFile(url)
    guard try isGzip(file) else {
      throw try FileSignature(file.start)?.error(file.path, expected: "a gzip file")
        ?? FileError(.unsupported, path: file.path, "this is not a gzip file")
    }
    let stream = InflateStream(file, range: 0..<file.size, wrapper: .gzip)
    return try stream.remainingBytes(limit: maximumSize)
  }

  /// A stream of a file's content, decompressed if the file is in gzip's format.
  static func stream(_ file: InputFile) throws -> any ByteStream {
    try isGzip(file)
      ? InflateStream(file, range: 0..<file.size, wrapper: .gzip)
      : RangeStream(file, range: 0..<file.size)
  }

  private static func isGzip(_ file: InputFile) throws -> Bool {
    try file.size >= 2 && file.bytes(in: 0..<2) == [0x1f, 0x8b]
  }
}
