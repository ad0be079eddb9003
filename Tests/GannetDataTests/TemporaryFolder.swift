import Foundation
import GannetData
import Testing

/// A folder for one test's files.
final class TemporaryFolder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent(
      "gannet-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func file(_ name: String) -> URL { url.appendingPathComponent(name) }

  /// Writes a file and returns its place.
  @discardableResult
  func write(_ bytes: [UInt8], _ name: String) throws -> URL {
    try Data(bytes).write(to: file(name))
    return file(name)
  }

  @discardableResult
  func write(_ text: String, _ name: String) throws -> URL { try write(Array(text.utf8), name) }

  var contents: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: url.path).sorted() }
  }
}

/// Checks that `body` throws a `FileError` of `kind` that names `file` and says all of `words`.
func expectFileError(
  _ kind: FileError.Kind, _ file: URL, _ words: String...,
  sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Void
) {
  let error = #expect(throws: FileError.self, sourceLocation: sourceLocation) { try body() }
  guard let error else { return }
  #expect(error.kind == kind, "\(error)", sourceLocation: sourceLocation)
  for word in [file.lastPathComponent] + words {
    #expect(error.description.contains(word), "\(error)", sourceLocation: sourceLocation)
  }
}

func gzip(_ bytes: [UInt8]) -> [UInt8] {
  bytes.withUnsafeBytes { Deflate.compress($0, wrapper: .gzip) }
}

/// An IDX file of bytes.
func idx(_ shape: [Int], _ bytes: [UInt8]) -> [UInt8] {
  [0, 0, 8, UInt8(shape.count)]
    + shape.flatMap { size in stride(from: 24, through: 0, by: -8).map { UInt8(size >> $0 & 255) } }
    + bytes
}
