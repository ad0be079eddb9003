import Foundation

/// A file that appears whole or not at all.
///
/// What is written goes to a temporary file in the same folder, which takes the name in `commit()`.
/// Until then, and if anything fails, a file that already has the name stays as it was.
package final class OutputFile {
  private let path: String
  private let temporaryPath: String
  private let descriptor: Int32
  private var pending: [UInt8] = []
  private var isCommitted = false

  private static let bufferSize = 1 << 16

  private init(_ url: URL) throws {
    path = url.path
    var template = Array("\(url.path).XXXXXX".utf8CString)
    descriptor = mkstemp(&template)
    temporaryPath = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    guard descriptor >= 0 else {
      throw FileError.system(.unwritable, path: path, "create the file")
    }
    pending.reserveCapacity(Self.bufferSize)
  }

  deinit {
    close(descriptor)
    if !isCommitted { unlink(temporaryPath) }
  }

  /// Writes what `body` gives, and then lets the file appear at `url`.
  package static func write(to url: URL, _ body: (OutputFile) throws -> Void) throws {
    let file = try OutputFile(url)
    try body(file)
    try file.commit()
  }

  package func write(_ bytes: UnsafeRawBufferPointer) throws {
    if pending.count + bytes.count > Self.bufferSize { try flush() }
    if bytes.count > Self.bufferSize {
      try writeNow(bytes)
    } else {
      pending.append(contentsOf: bytes)
    }
  }

  package func write(_ bytes: some Sequence<UInt8>) throws {
    try Array(bytes).withUnsafeBytes { try write($0) }
  }

  private func flush() throws {
    try pending.withUnsafeBytes { try writeNow($0) }
    pending.removeAll(keepingCapacity: true)
  }

  private func writeNow(_ bytes: UnsafeRawBufferPointer) throws {
    var rest = bytes
    while !rest.isEmpty {
      let count = Foundation.write(descriptor, rest.baseAddress!, rest.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw FileError.system(.unwritable, path: path, "write the file") }
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
  }

  private func commit() throws {
    try flush()
    // mkstemp makes a file that only its owner can read; give it what open(2) would have.
    let mask = umask(0)
    umask(mask)
    // After fsync, the name never stands for a file whose blocks are not on the disk yet.
    guard fchmod(descriptor, 0o666 & ~mask) == 0, fsync(descriptor) == 0,
      rename(temporaryPath, path) == 0
    else { throw FileError.system(.unwritable, path: path, "write the file") }
    isCommitted = true
  }
}
