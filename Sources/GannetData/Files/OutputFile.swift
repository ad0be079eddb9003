import Foundation

/// A file that appears whole or not at all.
///
/// What is written goes to a temporary file in the same folder, which takes the name in `commit()`.
/// Until then, and if anything fails, a file that already has the name stays as it was. The new one
/// has the mode of the old and, where the system allows, its owner. A symbolic link stays, and the
/// file that it leads to is written, whether or not that exists yet.
package final class OutputFile {
  private let path: String
  /// Where the file is: `path` itself, or what its links lead to.
  private let target: String
  /// Status of the file that is replaced; nil where there is none.
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
    // A name of its own, because the file's may be as long as the system allows.
    temporaryPath = "\(Self.folder(of: target)).gannet-\(UUID().uuidString)"
    // A new file gets from the system what its mask and the folder say; one that replaces another
    // is nobody else's before it has that one's mode.
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
    if let replaced { try keep(replaced) }
    // After fsync, the name never stands for a file whose blocks are not on the disk yet.
    guard fsync(descriptor) == 0, rename(temporaryPath, target) == 0 else {
      throw FileError.system(.unwritable, path: path, "write the file")
    }
    isCommitted = true
  }

  /// Takes over a file's owner, if the system allows it, and its mode.
  private func keep(_ old: stat) throws {
    var mode = old.st_mode & 0o7777
    if fchown(descriptor, old.st_uid, old.st_gid) != 0 {
      // Who may not give a file away must not lend another's rights to it.
      mode &= 0o1777
      _ = fchown(descriptor, uid_t.max, old.st_gid)
    }
    guard fchmod(descriptor, mode) == 0 else {
      throw FileError.system(.unwritable, path: path, "set the file's mode")
    }
  }
}

extension OutputFile {
  /// The file that `path` leads to by its symbolic links, which is replaced instead of the link.
  ///
  /// Links among the folders are left to the system.
  package static func target(of path: String) throws -> String {
    var target = path
    // Linux itself follows 40.
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
      .unwritable, path: path, "its symbolic links lead round in a circle",
      advice: "Remove the links, or choose another name.")
  }

  /// A path up to its last slash.
  private static func folder(of path: String) -> Substring {
    path.lastIndex(of: "/").map { path[...$0] } ?? ""
  }

  /// The status of the file that is replaced, or nil where there is none; an error where it is no
  /// file, such as a folder or a device, or the user may not write it.
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
