/// A sequential stream of a file's bytes, plain or decompressed.
package protocol ByteStream: AnyObject {
  /// The file's path, for error messages.
  var path: String { get }

  /// An upper bound of the bytes in the stream, which bounds a reader's allocations.
  var maximumSize: Int { get }

  /// Reads into the front of `buffer` and returns the number of bytes: fewer than it holds only at
  /// the end.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int
}

extension ByteStream {
  /// Fills `buffer` with the next bytes; throws an error that names `content` if there are fewer.
  package func fill(_ buffer: UnsafeMutableRawBufferPointer, of content: String) throws {
    guard try read(into: buffer) == buffer.count else { throw truncated(buffer.count, content) }
  }

  /// The next `count` bytes; throws an error that names `content` if there are fewer.
  package func bytes(_ count: Int, of content: String) throws -> [UInt8] {
    // Checked before anything of that size is allocated.
    guard count <= maximumSize else { throw truncated(count, content) }
    return try [UInt8](capacity: count) { buffer in
      try fill(buffer, of: content)
      return count
    }
  }

  /// The next `count` bytes, or all that are left.
  func prefix(_ count: Int) throws -> [UInt8] { try [UInt8](capacity: count, filledBy: read) }

  private func truncated(_ count: Int, _ content: String) -> FileError {
    FileError(
      .truncated, path: path, "the file ends before its \(content), of \(count) bytes, does")
  }

  /// All remaining bytes; throws if they are more than `limit`.
  package func remainingBytes(limit: Int) throws -> [UInt8] {
    var result: [UInt8] = []
    let pieceSize = 1 << 16
    while true {
      let piece = try [UInt8](capacity: pieceSize, filledBy: read)
      guard result.count + piece.count <= limit else {
        throw FileError(.tooLarge, path: path, "the content exceeds the \(limit) bytes expected")
      }
      result += piece
      if piece.count < pieceSize { return result }
    }
  }

  /// Checks that the stream has ended; a compressed stream also verifies its checksum.
  package func expectEnd() throws {
    var extra: UInt8 = 0
    let count = try withUnsafeMutableBytes(of: &extra) { try read(into: $0) }
    guard count == 0 else {
      throw FileError(.tooLarge, path: path, "the content is longer than its header declares")
    }
  }
}

/// A range of a file, read without decompression.
package final class RangeStream: ByteStream {
  private let file: InputFile
  private var range: Range<Int>

  package init(_ file: InputFile, range: Range<Int>) {
    self.file = file
    self.range = range
  }

  package var path: String { file.path }
  package var maximumSize: Int { range.count }

  package func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    let count = min(buffer.count, range.count)
    try file.read(
      into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<count]), at: range.lowerBound)
    range = range.lowerBound + count..<range.upperBound
    return count
  }
}

/// Bytes in memory.
final class MemoryStream: ByteStream {
  private var rest: ArraySlice<UInt8>
  let path: String

  init(_ bytes: ArraySlice<UInt8>, path: String) {
    rest = bytes
    self.path = path
  }

  var maximumSize: Int { rest.count }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    let count = min(buffer.count, rest.count)
    rest.withUnsafeBytes { buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[..<count])) }
    rest = rest.dropFirst(count)
    return count
  }
}
