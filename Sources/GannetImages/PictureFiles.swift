import Foundation
import GannetData

/// The folders and files in a folder. Names are bytes, which need not be UTF-8.
///
/// Symbolic links are followed; hidden entries (".name") are skipped.
struct PictureFiles {
  /// The extensions of torchvision's `ImageFolder`, so that unsupported formats cause an error
  /// instead of being skipped.
  static let endings = ["png", "jpg", "jpeg", "ppm", "bmp", "pgm", "tif", "tiff", "webp"]

  private let path: [UInt8]
  private var folders: [[UInt8]] = []
  private var files: [[UInt8]] = []

  /// Reads the folder at `url`.
  ///
  /// - Throws: `FileError`, if it cannot be read.
  init(_ url: URL) throws { try self.init(url.systemPath.dropLast().map { UInt8(bitPattern: $0) }) }

  private init(_ path: [UInt8]) throws {
    self.path = path
    guard let stream = opendir(path.map { CChar(bitPattern: $0) } + [0]) else {
      throw FileError.system(
        .unreadable, path: String(decoding: path, as: UTF8.self), "read the folder")
    }
    defer { closedir(stream) }
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
      guard name.first != UInt8(ascii: ".") else { continue }
      if Self.identity(path + [0x2f] + name) != nil {
        folders.append(name)
      } else {
        files.append(name)
      }
    }
    folders.sort { $0.lexicographicallyPrecedes($1) }
    files.sort { $0.lexicographicallyPrecedes($1) }
  }

  /// The folders in this one, sorted.
  var classes: [(name: [UInt8], url: URL)] {
    folders.map { ($0, URL(path: path + [0x2f] + $0, isFolder: true)) }
  }

  /// The pictures in this folder and nested ones, sorted by folder, then by name, as in
  /// torchvision's `ImageFolder`. Cycles of links are not followed.
  func pictures() throws -> [URL] {
    var all: [(folder: [UInt8], names: [[UInt8]])] = []
    try collect(&all, above: [])
    all.sort { $0.folder.lexicographicallyPrecedes($1.folder) }
    return all.flatMap { folder, names in names.map { URL(path: folder + [0x2f] + $0) } }
  }

  private func collect(
    _ all: inout [(folder: [UInt8], names: [[UInt8]])], above: Set<Identity>
  ) throws {
    guard let own = Self.identity(path), !above.contains(own) else { return }
    all.append((path, files.filter(Self.isPicture)))
    for folder in folders {
      try PictureFiles(path + [0x2f] + folder).collect(&all, above: above.union([own]))
    }
  }

  private static func isPicture(_ name: [UInt8]) -> Bool {
    let text = String(decoding: name, as: UTF8.self).lowercased()
    return endings.contains { text.hasSuffix("." + $0) }
  }

  private struct Identity: Hashable {
    let device: UInt64
    let node: UInt64
  }

  /// Identity of a folder independent of its path; nil for anything else.
  private static func identity(_ path: [UInt8]) -> Identity? {
    var status = stat()
    guard stat(path.map { CChar(bitPattern: $0) } + [0], &status) == 0,
      status.st_mode & S_IFMT == S_IFDIR
    else { return nil }
    return Identity(
      device: UInt64(truncatingIfNeeded: status.st_dev),
      node: UInt64(truncatingIfNeeded: status.st_ino))
  }
}
