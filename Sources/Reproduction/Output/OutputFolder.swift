import Foundation
import GannetData

/// An error of writing or reading a run's output.
package struct OutputError: Error, CustomStringConvertible {
  package let description: String
}

/// The output folder of a run. Files are written atomically.
///
/// ```
/// metrics.json                 of the latest run
/// report.md  report.html       of the latest run
/// plots/                       SVG and PNG
/// plot-data/                   the numbers behind them as CSV, graphs in Graphviz's language
/// results/                     what finished, by section, seed and epochs; --resume reads it
/// checkpoints/                 what sections keep while they run
/// ```
package struct OutputFolder {
  package let url: URL

  /// Makes the folder and its parts where they are missing.
  package init(_ url: URL) throws {
    self.url = url
    for part in ["plots", "plot-data", "results", "checkpoints"] {
      try Self.makeFolder(url.appending(path: part))
    }
  }

  package func write(_ data: Data, to path: String) throws {
    try Self.write(data, to: url.appending(path: path))
  }

  /// Writes a file atomically.
  static func write(_ data: Data, to file: URL) throws {
    do {
      try OutputFile.write(to: file) { try $0.write(data) }
    } catch let error as FileError {
      throw OutputError(
        description: "Cannot write \(file.path): \(error.problem). "
          + "Make room there or choose another folder with --output.")
    }
  }

  package func write(_ text: String, to path: String) throws {
    try write(Data(text.utf8), to: path)
  }

  package func url(_ path: String) -> URL { url.appending(path: path) }

  static func makeFolder(_ folder: URL) throws {
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw OutputError(
        description: "Cannot make the folder \(folder.path): \(error.localizedDescription) "
          + "Choose another one with --output.")
    }
  }
}
