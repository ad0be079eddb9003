import Foundation

/// Locates the files of a data set, in this order:
///
/// 1. a folder that the caller names (`--data` of the chapter programs);
/// 2. the folder that the environment variable `GANNET_DATA` names;
/// 3. a system folder, where a Debian package installs the set;
/// 4. the user's cache folder, `$XDG_CACHE_HOME/gannet` or `~/.cache/gannet`;
/// 5. the network: a file is downloaded into the cache folder, and its checksum verified.
///
/// The first two and the cache may hold the files themselves or a folder with the set's name. A
/// named folder must exist, but may lack the set, since it serves all sets. As it may hold files of
/// other sets with the same names, a set verifies what is found.
public struct DatasetLocator: Sendable {
  /// The name of the set and of its folder: `fashion-mnist`.
  public let name: String

  /// The folders to search, in order; the cache folder is the last.
  public let folders: [URL]

  private let debianPackage: String?
  private let cache: URL

  /// - Parameters:
  ///   - name: The set's name.
  ///   - directory: The folder that the caller names, if any.
  ///   - systemFolder: The folder in which a package installs the set.
  ///   - debianPackage: The name of that package.
  ///   - environment: The environment variables.
  /// - Throws: `FileError`, if `directory` or what `GANNET_DATA` names is not a folder.
  public init(
    _ name: String, directory: URL? = nil, systemFolder: URL? = nil, debianPackage: String? = nil,
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws {
    self.name = name
    self.debianPackage = debianPackage
    if let directory, !directory.isFolder {
      throw FileError(.missing, path: directory.path, "there is no such folder")
    }
    let variable = environment["GANNET_DATA"].flatMap(URL.folder)
    if let variable, !variable.isFolder {
      throw FileError(
        .missing, path: variable.path, "there is no such folder; GANNET_DATA names it",
        advice: "Correct the variable, or unset it.")
    }
    let named = [directory, variable].compactMap(\.self)
    let cacheRoot =
      environment["XDG_CACHE_HOME"].flatMap(URL.folder)
      ?? FileManager.default.homeDirectoryForCurrentUser.appendingPathComponent(".cache")
    cache = cacheRoot.appendingPathComponent("gannet").appendingPathComponent(name)
    folders =
      named.flatMap { [$0.appendingPathComponent(name), $0] } + [systemFolder].compactMap(\.self)
      + [cache]
  }

  /// The location of `file` on this machine; downloads the file if it is not found.
  ///
  /// A file without the suffix `.gz` is accepted in place of the compressed one.
  ///
  /// - Throws: `FileError`, which lists the searched folders and tells how to get the file.
  public func locate(_ file: DatasetFile) throws -> URL {
    if let found = find(file.name) { return found }
    let destination = cache.appendingPathComponent(file.name)
    do {
      try file.download(to: destination)
    } catch let error as FileError {
      let places = folders.map(\.path).joined(separator: ", ")
      let package = debianPackage.map { "install it with `apt install \($0)`, or " } ?? ""
      throw FileError(
        error.kind, path: file.name,
        "the file is in none of \(places), and the download failed: \(error.problem)",
        advice: "\(error.advice) Or \(package)name its folder in GANNET_DATA (--data).")
    }
    return destination
  }

  /// The location of a file on this machine, or nil if it is not found.
  public func find(_ fileName: String) -> URL? { Self.find(fileName, in: folders) }

  /// The location of a file in `folder` alone, plain or compressed.
  ///
  /// - Throws: `FileError`, if it is not there.
  static func require(_ fileName: String, in folder: URL) throws -> URL {
    if let url = find(fileName, in: [folder]) { return url }
    throw FileError(
      .missing, path: folder.appendingPathComponent(fileName).path, "there is no such file")
  }

  static func find(_ fileName: String, in folders: [URL]) -> URL? {
    let names = fileName.hasSuffix(".gz") ? [fileName, String(fileName.dropLast(3))] : [fileName]
    return folders.lazy.flatMap { folder in names.map(folder.appendingPathComponent) }
      .first { FileManager.default.fileExists(atPath: $0.path) }
  }
}

extension URL {
  fileprivate static func folder(_ path: String) -> URL? {
    path.isEmpty ? nil : URL(fileURLWithPath: path, isDirectory: true)
  }

  var isFolder: Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
      && isFolder.boolValue
  }
}
