import Foundation

/// A regular file, read at any offset.
///
/// Pipes and devices are rejected, because their size, which bounds allocations, is unknown.
package final class InputFile {
  package let path: String

  /// Number of bytes when the file was opened.
  package let size: Int

  private let descriptor: Int32

  package init(_ url: URL) throws {
    path = url.readablePath
    descriptor = open(url.systemPath, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw FileError.system(.unreadable, path: path, "open the file") }
    var status = stat()
    // From here on deinit does not run when this initializer throws.
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw FileError(
        .unreadable, path: path, "this is not a regular file", advice: "Point to a file.")
    }
    size = Int(status.st_size)
  }

  deinit { close(descriptor) }

  /// Fills `buffer` with the bytes from `offset` on.
  package func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws {
    var done = 0
    while done < buffer.count {
      let count = pread(
        descriptor, buffer.baseAddress! + done, buffer.count - done, off_t(offset + done))
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw FileError.system(.unreadable, path: path, "read the file") }
      guard count > 0 else {
        throw FileError(
          .truncated, path: path,
          "the file ends at byte \(offset + done), where \(offset + buffer.count) were expected")
      }
      done += count
    }
  }

  /// The bytes of `range`, which must lie within the file.
  package func bytes(in range: Range<Int>) throws -> [UInt8] {
    try [UInt8](capacity: range.count) { buffer in
      try read(into: buffer, at: range.lowerBound)
      return range.count
    }
  }

  /// The first bytes, from which `FileSignature` recognizes the format.
  package var start: [UInt8] {
    get throws { try bytes(in: 0..<min(size, FileSignature.length)) }
  }

  /// The whole file.
  package func bytes() throws -> [UInt8] { try bytes(in: 0..<size) }
}
