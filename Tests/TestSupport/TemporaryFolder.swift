import Foundation

/// A folder for one test's files.
package final class TemporaryFolder {
  package let url: URL

  package init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent(
      "gannet-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  package func file(_ name: String) -> URL { url.appendingPathComponent(name) }

  /// Writes a file and returns its URL.
  @discardableResult
  package func write(_ bytes: [UInt8], _ name: String) throws -> URL {
    try Data(bytes).write(to: file(name))
    return file(name)
  }

  @discardableResult
  package func write(_ text: String, _ name: String) throws -> URL {
    try write(Array(text.utf8), name)
  }

  package var contents: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: url.path).sorted() }
  }
}
