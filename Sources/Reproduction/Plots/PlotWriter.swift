import Foundation

/// A plot in the output folder.
package struct Drawing: Sendable {
  package let title: String
  /// The files' paths in the output folder.
  package let data: [String]
  /// Nil where gnuplot is missing or failed.
  package let svg: String?
  package let png: String?
}

/// Writes a section's plots: the numbers always, the pictures where gnuplot is installed.
package struct PlotWriter {
  private let folder: OutputFolder
  private let console: Console
  private let gnuplot: Gnuplot?

  package init(folder: OutputFolder, console: Console, gnuplot: Gnuplot? = .installed) {
    self.folder = folder
    self.console = console
    self.gnuplot = gnuplot
  }

  /// Draws the plots of a section's first seed.
  package func draw(_ summary: SectionSummary) throws -> [Drawing] {
    try (summary.runs.first?.result.plots ?? []).map { plot in
      try draw(plot, as: "plots/\(summary.section.name)-")
    }
  }

  /// Draws `plot` to files whose paths start with `prefix`.
  package func draw(_ plot: Plot, as prefix: String) throws -> Drawing {
    let data = try plot.csv().map { name, text in
      try folder.write(text, to: "\(prefix)\(name).csv")
      return "\(prefix)\(name).csv"
    }
    guard let gnuplot else { return Drawing(title: plot.title, data: data, svg: nil, png: nil) }
    var drawn: [PlotFormat: String] = [:]
    for format in PlotFormat.allCases {
      let path = "\(prefix)\(plot.name).\(format.rawValue)"
      do {
        try draw(plot, format, to: path, with: gnuplot)
        drawn[format] = path
      } catch {
        console.printError("\(path) is not drawn: \(error)")
      }
    }
    return Drawing(title: plot.title, data: data, svg: drawn[.svg], png: drawn[.png])
  }

  private func draw(
    _ plot: Plot, _ format: PlotFormat, to path: String, with gnuplot: Gnuplot
  ) throws {
    let (script, unfinished) = (path + ".gnuplot", path + ".unfinished")
    defer {
      for path in [script, unfinished] { try? FileManager.default.removeItem(at: folder.url(path)) }
    }
    try folder.write(
      plot.gnuplotScript(format, to: folder.url(unfinished).path), to: script)
    try gnuplot.run(script: folder.url(script))
    try folder.write(try Data(contentsOf: folder.url(unfinished)), to: path)
  }
}
