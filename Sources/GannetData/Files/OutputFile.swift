import Foundation

/// A file that is written completely or not at all.
///
/// Content goes to a temporary file in the same folder, which `commit()` renames. Until then, and
/// after any failure, an existing file is unchanged. The new file gets the old one's mode and,
/// where the system allows, its owner. Symbolic links are followed, to a file that need not exist
/// yet.
package final class OutputFile {
  private let path: String
  /// The file to write: `path` itself, or the target of its symbolic links.
  private let target: String
  /// Status of the file to replace; nil where there is none.
  private let replaced: stat?
  private let temporaryPath: String
  private let descriptor: Int32
  private var pending: [UInt8] = []
  private var isCommitted = false

  private static let bufferSize = 1 << 16

  private init(_ url: URL) throws {
    path = url.path
    target = try Self.target(of: path)
    replaced = try Self.fileToReplace(target, path)
    // Not derived from the file's name, which may be as long as the system allows.
    temporaryPath = "\(Self.folder(of: target)).gannet-\(UUID().uuidString)"
    // A new file's mode follows the umask and the folder; a replacement is private until it gets
    // the old file's mode.
    descriptor = open(
      temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, replaced == nil ? 0o666 : 0o600)
    guard descriptor >= 0 else {
      throw FileError.system(.unwritable, path: path, "create the file")
    }
    pending.reserveCapacity(Self.bufferSize)
  }

  deinit {
    close(descriptor)
    if !isCommitted { unlink(temporaryPath) }
  }

  /// Writes the file at `url` by `body`, and commits it if `body` does not throw.
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
    if let replaced { try keep(replaced) }
    // fsync before the rename, so that the name never denotes a file that is not on the disk yet.
    guard fsync(descriptor) == 0, rename(temporaryPath, target) == 0 else {
      throw FileError.system(.unwritable, path: path, "write the file")
    }
    isCommitted = true
  }

  /// Copies a file's owner, if the system allows it, and its mode.
  private func keep(_ old: stat) throws {
    var mode = old.st_mode & 0o7777
    if fchown(descriptor, old.st_uid, old.st_gid) != 0 {
      // Without the right to change the owner, setuid and setgid must not be copied.
      mode &= 0o1777
      _ = fchown(descriptor, uid_t.max, old.st_gid)
    }
    guard fchmod(descriptor, mode) == 0 else {
      throw FileError.system(.unwritable, path: path, "set the file's mode")
    }
  }
}

extension OutputFile {
  /// The final target of the symbolic links at `path`, which is replaced instead of the link.
  ///
  /// Links in the folders of the path are left to the system.
  package static func target(of path: String) throws -> String {
    var target = path
    // Linux follows at most 40.
    for _ in 0...40 {
      var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
      let count = buffer.withUnsafeMutableBytes {
        readlink(target, $0.assumingMemoryBound(to: CChar.self).baseAddress!, $0.count)
      }
      guard count > 0 else { return target }
      let link = String(decoding: buffer[..<count], as: UTF8.self)
      target = link.hasPrefix("/") ? link : folder(of: target) + link
    }
    throw FileError(
      .unwritable, path: path, "its symbolic links form a circle",
      advice: "Remove the links, or choose another name.")
  }

  /// A path up to its last slash.
  private static func folder(of path: String) -> Substring {
    path.lastIndex(of: "/").map { path[...$0] } ?? ""
  }

  /// The status of the file to replace, or nil where there is none; throws where it is not a
  /// regular file, or the user may not write it.
  private static func fileToReplace(_ target: String, _ path: String) throws -> stat? {
    var status = stat()
    guard stat(target, &status) == 0 else {
      if errno == ENOENT { return nil }
      throw FileError.system(.unwritable, path: path, "write the file")
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw FileError(
        .unwritable, path: path, "this is not a regular file", advice: "Choose another name.")
    }
    guard access(target, W_OK) == 0 else {
      throw FileError.system(.unwritable, path: path, "write the file")
    }
    return status
  }
}
