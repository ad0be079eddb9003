import Foundation

/// A file of a published data set, with its address and checksum.
public struct DatasetFile: Hashable, Sendable {
  /// The file's name.
  public let name: String

  /// The URL it is published at.
  public let source: URL

  /// Its size in bytes.
  public let size: Int

  /// The published file's checksum.
  public let digest: Digest

  /// Makes the description of a file that is published at `source`.
  public init(name: String, source: URL, size: Int, digest: Digest) {
    self.name = name
    self.source = source
    self.size = size
    self.digest = digest
  }

  /// Downloads the file to `destination`, where it appears only if its checksum is right.
  ///
  /// It runs `curl`, because a network library would burden every program for one download.
  ///
  /// - Throws: `FileError`, if there is no `curl`, the file cannot be downloaded or written, or its
  ///   checksum differs.
  public func download(to destination: URL) throws {
    let folder = destination.deletingLastPathComponent()
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw FileError(
        .unwritable, path: folder.path, "cannot make the folder: \(error.localizedDescription)")
    }
    let target = try OutputFile.target(of: destination.path)
    let temporary = URL(fileURLWithPath: target).deletingLastPathComponent()
      .appendingPathComponent(".\(UUID().uuidString)-\(name)")
    defer { unlink(temporary.path) }

    let outcome = ChildProcess.run(
      "curl", "--fail", "--location", "--silent", "--show-error", "--connect-timeout", "20",
      "--retry", "2", "--max-filesize", String(size), "--output", temporary.path,
      source.absoluteString)
    guard outcome.status == 0 else {
      throw FileError(
        .missing, path: destination.path,
        outcome.isMissing
          ? "there is no curl to download it with"
          : "cannot download \(source.absoluteString): \(outcome.errors.trimmed)",
        advice: outcome.isMissing ? "Install curl." : "Check the network.")
    }
    try verify(temporary)
    guard rename(temporary.path, target) == 0 else {
      throw FileError.system(.unwritable, path: destination.path, "write the file")
    }
  }

  private func verify(_ copy: URL) throws {
    let found = try InputFile(copy).size
    guard found == size else {
      throw FileError(
        .corrupt, path: source.absoluteString, "\(found) bytes came, where \(size) were expected")
    }
    do {
      try digest.verify(copy)
    } catch let error as FileError {
      throw FileError(error.kind, path: source.absoluteString, error.problem, advice: error.advice)
    }
  }
}
