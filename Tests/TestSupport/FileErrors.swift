import Foundation
import GannetData
import Testing

/// Expects `body` to throw a `FileError` of `kind` that names `file` and contains all of `words`.
package func expectFileError(
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
