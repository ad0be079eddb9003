import Foundation
import GannetData

/// An event file, to which records are appended: TFRecords of TensorBoard's message `Event`.
///
/// A record is its length (8 bytes), the masked CRC-32C of these, its content, and the masked CRC-32C
/// of that, all little-endian.
final class EventFile {
  /// The content of the first record.
  static let version = "brain.Event:2"
  private static let headerSize = 12
  private static let footerSize = 4

  let url: URL
  /// The size of the whole records.
  private(set) var size: Int
  private let descriptor: Int32

  /// Makes a file in `folder`, which is made where it is missing.
  init(in folder: URL) throws {
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw FileError(
        .unwritable, path: folder.path, "cannot make the folder: \(error.localizedDescription)")
    }
    let host = ProcessInfo.processInfo.hostName
    // TensorBoard reads the files of a folder in the order of their names.
    let name = String(
      format: "events.out.tfevents.%010d.%@.%@", Int(Date().timeIntervalSince1970), host,
      UUID().uuidString)
    url = folder.appending(path: name)
    size = 0
    descriptor = open(url.path, O_RDWR | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw FileError.system(.unwritable, path: url.path, "create the file")
    }
    var event = ProtocolBuffer()
    event.add(Date().timeIntervalSince1970, as: 1)
    event.add(Self.version, as: 3)
    try append(event)
  }

  /// Opens a file to go on after its first `size` bytes, and removes what follows them; nil where
  /// the file is not there, is shorter, or has other records than those of that size.
  init?(at url: URL, continuedFrom size: Int) throws {
    let descriptor = open(url.path, O_RDWR | O_APPEND | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw FileError.system(.unwritable, path: url.path, "open the file")
    }
    guard Self.hasRecordEnd(at: size, descriptor) else {
      close(descriptor)
      return nil
    }
    guard ftruncate(descriptor, off_t(size)) == 0 else {
      let error = FileError.system(.unwritable, path: url.path, "shorten the file")
      close(descriptor)
      throw error
    }
    self.url = url
    self.size = size
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// Appends the values of a step.
  func append(_ summary: Summary, step: Int) throws {
    var event = ProtocolBuffer()
    event.add(Date().timeIntervalSince1970, as: 1)
    event.add(Int64(step), as: 2)
    event.add(summary.message, as: 5)
    try append(event)
  }

  /// Waits until the records are on the disk.
  func synchronize() throws {
    guard fsync(descriptor) == 0 else {
      throw FileError.system(.unwritable, path: url.path, "write the file")
    }
  }

  /// Appends a record; where that fails, the file keeps its whole records.
  private func append(_ event: ProtocolBuffer) throws {
    let record = Self.record(event.bytes)
    var done = 0
    while done < record.count {
      let count = record.withUnsafeBytes { bytes in
        write(descriptor, bytes.baseAddress! + done, bytes.count - done)
      }
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else {
        let error = FileError.system(.unwritable, path: url.path, "write the file")
        _ = ftruncate(descriptor, off_t(size))
        throw error
      }
      done += count
    }
    size += record.count
  }

  static func record(_ content: [UInt8]) -> [UInt8] {
    let length = withUnsafeBytes(of: UInt64(content.count).littleEndian, Array.init)
    func checksum(_ bytes: [UInt8]) -> [UInt8] {
      withUnsafeBytes(of: CRC32C.masked(of: bytes).littleEndian, Array.init)
    }
    return length + checksum(length) + content + checksum(content)
  }

  /// Whether a record ends after `size` bytes of the file.
  private static func hasRecordEnd(at size: Int, _ descriptor: Int32) -> Bool {
    var status = stat()
    guard fstat(descriptor, &status) == 0, Int(status.st_size) >= size else { return false }
    var place = 0
    while place < size {
      var header = [UInt8](repeating: 0, count: headerSize)
      guard pread(descriptor, &header, headerSize, off_t(place)) == headerSize else { return false }
      let length = header[..<8].reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
      let checksum = header[8...].reversed().reduce(0 as UInt32) { $0 << 8 | UInt32($1) }
      guard CRC32C.masked(of: header[..<8]) == checksum, length <= UInt64(size) else {
        return false
      }
      place += headerSize + Int(length) + footerSize
    }
    return place == size && size > 0
  }
}
