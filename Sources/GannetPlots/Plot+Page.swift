import Foundation
import GannetData

extension Plot {
  /// Each panel as the text of an SVG, for a page that lays them out.
  ///
  /// The SVGs have no titles and no background, and their heat maps are embedded images.
  ///
  /// - Throws: ``DrawingError`` with gnuplot's error output where it fails, and errors of the folder
  ///   of temporary files.
  package func panelPictures(by gnuplot: DrawingProgram) throws -> [String] {
    let folder = FileManager.default.temporaryDirectory.appending(path: "gannet-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let files = panels.indices.map { folder.appending(path: "\($0).svg") }
    let script = folder.appending(path: "script")
    let text = panelScript(to: files.map(\.path))
    try OutputFile.write(to: script) { try $0.write(text.utf8) }
    try gnuplot.run([script.path])
    return try files.map { try String(contentsOf: $0, encoding: .utf8) }
  }
}
