import Foundation

/// A source file of the package, by the path that the compiler had for it.
struct SourceFile {
  private let path: String
  /// The path in the package, such as `Sources/reproduce-mlp/dropout/DropoutSection.swift`.
  let name: String

  init(_ path: String) {
    self.path = path
    let parts = path.split(separator: "/")
    let start = parts.lastIndex { $0 == "Sources" || $0 == "Tests" } ?? parts.endIndex - 1
    name = parts[max(0, start)...].joined(separator: "/")
  }

  /// The relative address of the file for a page in `folder`; nil where the file is not there, such
  /// as on another machine than the compiler's.
  ///
  /// Symbolic links are not followed, since browsers resolve addresses without them.
  func link(from folder: URL) -> String? {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    let file = URL(fileURLWithPath: path).standardized.pathComponents
    let start = folder.absoluteURL.standardized.pathComponents
    let shared = zip(file, start).prefix { $0 == $1 }.count
    let parts = start.dropFirst(shared).map { _ in ".." } + file.dropFirst(shared)
    return parts.joined(separator: "/")
      .addingPercentEncoding(withAllowedCharacters: .urlPathAllowed)
  }
}
