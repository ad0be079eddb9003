import Foundation
import GannetData

extension Plot {
  /// Draws the plot by gnuplot to `file`, an SVG or a PNG by its extension.
  ///
  /// Where gnuplot is not installed, the numbers are written beside it instead, as CSV, one file a
  /// panel, and a notice on standard error says so.
  ///
  /// - Returns: The files that were written.
  /// - Throws: `FileError` where the extension is another or a file can't be written, and
  ///   ``DrawingError`` with gnuplot's error output where it fails. No file is half-written.
  @discardableResult
  public func write(to file: URL) throws -> [URL] {
    try write(to: file, with: .gnuplot) { FileHandle.standardError.write(Data(($0 + "\n").utf8)) }
  }

  @discardableResult
  package func write(
    to file: URL, with gnuplot: DrawingProgram?, notice: (String) -> Void
  ) throws -> [URL] {
    guard let format = PlotFormat(rawValue: file.pathExtension.lowercased()) else {
      let known = PlotFormat.allCases.map { "." + $0.rawValue }.joined(separator: " or ")
      throw FileError(
        .unsupported, path: file.path, "a picture of a plot ends in \(known)",
        advice: "Choose a file with such an extension.")
    }
    if let gnuplot {
      try gnuplot.draw(to: file) { (gnuplotScript(format, to: $0), []) }
      return [file]
    }
    let folder = file.deletingLastPathComponent()
    let written = try csv(named: file.deletingPathExtension().lastPathComponent).map {
      let data = folder.appending(path: $0.name + ".csv")
      let text = $0.text
      try OutputFile.write(to: data) { try $0.write(text.utf8) }
      return data
    }
    let names = written.map(\.lastPathComponent).joined(separator: ", ")
    notice(
      "\(file.lastPathComponent) is not drawn, since gnuplot is not installed (Debian: "
        + "gnuplot-nox); its numbers are in \(names)")
    return written
  }
}
