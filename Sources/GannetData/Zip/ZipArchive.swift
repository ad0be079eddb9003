import CZlib
import Foundation

/// Reader of a zip archive: its directory and the content of each entry.
///
/// Stored and deflated entries are supported, also beyond 4 GB (Zip64). Other entries are rejected
/// when they are read, archives of several parts always. Sizes, offsets and checksums are verified.
package struct ZipArchive {
  package struct Entry {
    package let name: String
    /// The declared size of the content in bytes.
    package let size: Int
    let isEncrypted: Bool
    let method: UInt16
    let checksum: UInt32
    let compressedSize: Int
    /// The size of the name in the file in bytes.
    let nameSize: Int
    /// The offset of the local header in the file.
    let offset: Int
  }

  /// The entries in the directory's order.
  package let entries: [Entry]

  private let file: InputFile

  package init(_ url: URL) throws {
    file = try InputFile(url)
    entries = try ZipDirectory(file).entries
  }

  package var path: String { file.path }

  /// The file's first bytes.
  var start: [UInt8] {
    get throws { try file.start }
  }

  /// A stream of an entry's content, whose `expectEnd()` verifies the checksum.
  package func stream(_ entry: Entry) throws -> any ByteStream {
    guard !entry.isEncrypted, entry.method == 0 || entry.method == 8 else {
      let fault = entry.isEncrypted ? "encrypted" : "compressed by method \(entry.method)"
      throw FileError(
        .unsupported, path: path, "\(entry.name) is \(fault)",
        advice: "Make the archive without encryption, stored or deflated.")
    }
    let range = try dataRange(of: entry)
    let content: any ByteStream =
      entry.method == 0
      ? RangeStream(file, range: range) : InflateStream(file, range: range, wrapper: .none)
    guard entry.size <= content.maximumSize, entry.method != 0 || entry.size == range.count else {
      throw FileError(
        .corrupt, path: path,
        "\(range.count) bytes cannot hold the \(entry.size) of \(entry.name)")
    }
    return ChecksummedStream(content, of: entry)
  }

  /// The verified content of an entry.
  package func bytes(_ entry: Entry) throws -> [UInt8] {
    let stream = try stream(entry)
    let bytes = try stream.bytes(entry.size, of: entry.name)
    try stream.expectEnd()
    return bytes
  }

  /// The byte range of an entry's data, which follow its local header of variable length.
  private func dataRange(of entry: Entry) throws -> Range<Int> {
    let headerSize = 30
    guard entry.offset <= file.size - headerSize else { throw misplaced(entry) }
    let header = LittleEndianBytes(try file.bytes(in: entry.offset..<entry.offset + headerSize))
    guard header.uint32(0) == 0x0403_4b50, header.uint16(26) == entry.nameSize else {
      throw misplaced(entry)
    }
    let start = entry.offset + headerSize + entry.nameSize + Int(header.uint16(28))
    guard start <= file.size, entry.compressedSize <= file.size - start else {
      throw misplaced(entry)
    }
    return start..<start + entry.compressedSize
  }

  private func misplaced(_ entry: Entry) -> FileError {
    FileError(.corrupt, path: path, "\(entry.name) is not where the zip directory says")
  }
}

/// Stream of an entry's content that verifies size and checksum at the end.
private final class ChecksummedStream: ByteStream {
  private let content: any ByteStream
  private let entry: ZipArchive.Entry
  private var checksum: UInt = 0
  private var size = 0

  init(_ content: any ByteStream, of entry: ZipArchive.Entry) {
    self.content = content
    self.entry = entry
  }

  var path: String { content.path }
  var maximumSize: Int { entry.size }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    let count = try content.read(into: buffer)
    checksum = crc32(checksum, UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    size += count
    if count < buffer.count {
      guard size == entry.size, checksum == UInt(entry.checksum) else {
        throw FileError(
          .corrupt, path: path, "\(entry.name) differs from its declared size or checksum")
      }
    }
    return count
  }
}

/// zlib's CRC-32, which counts bytes in 32 bits.
package func crc32(_ start: UInt, _ bytes: UnsafeRawBufferPointer) -> UInt {
  var checksum = start
  for piece in stride(from: 0, to: bytes.count, by: 1 << 30) {
    let part = bytes[piece..<min(piece + 1 << 30, bytes.count)]
    checksum = UInt(
      CZlib.crc32(
        uLong(checksum),
        UnsafeRawBufferPointer(rebasing: part).baseAddress?.assumingMemoryBound(to: UInt8.self),
        uInt(part.count)))
  }
  return checksum
}
