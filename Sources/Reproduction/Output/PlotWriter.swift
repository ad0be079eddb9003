import Foundation
import GannetPlots

/// A plot or a graph in the output folder.
package struct Drawing: Sendable {
  package let title: String
  /// The paths of the pictures' data in the output folder.
  package let data: [String]
  /// The path of the SVG; nil if the drawing program is missing or failed.
  package let svg: String?
  package let png: String?
}

/// Writer of a section's plots and graphs: always the data, and pictures if gnuplot and Graphviz
/// are installed.
package struct PlotWriter {
  private let folder: OutputFolder
  private let console: Console
  private let gnuplot: DrawingProgram?
  private let dot: DrawingProgram?

  package init(
    folder: OutputFolder, console: Console, gnuplot: DrawingProgram? = .gnuplot,
    dot: DrawingProgram? = .dot
  ) {
    self.folder = folder
    self.console = console
    self.gnuplot = gnuplot
    self.dot = dot
  }

  /// Draws the plots and graphs of a section's first seed.
  package func draw(_ summary: SectionSummary) throws -> [Drawing] {
    guard let result = summary.runs.first?.result else { return [] }
    let prefix = "plots/\(summary.section.name)-"
    return try result.graphs.map { try draw($0, as: prefix) }
      + result.plots.map { try draw($0, as: prefix) }
  }

  /// Draws `plot` to files whose paths start with `prefix`.
  package func draw(_ plot: Plot, as prefix: String) throws -> Drawing {
    let data = try plot.csv(named: plot.name).map { name, text in
      try folder.write(text, to: "\(prefix)\(name).csv")
      return "\(prefix)\(name).csv"
    }
    return try draw(plot.title, to: "\(prefix)\(plot.name)", from: data, with: gnuplot) {
      format, file in
      (plot.gnuplotScript(format, to: file), [])
    }
  }

  /// Draws `graph` to files whose paths start with `prefix`.
  package func draw(_ graph: GraphDrawing, as prefix: String) throws -> Drawing {
    let stem = "\(prefix)\(graph.name)"
    try folder.write(graph.text, to: "\(stem).dot")
    return try draw(graph.title, to: stem, from: ["\(stem).dot"], with: dot) { format, file in
      (graph.text, ["-T\(format.rawValue)", "-o", file])
    }
  }

  /// Draws in every format; `command` is as `DrawingProgram.draw` takes it.
  private func draw(
    _ title: String, to stem: String, from data: [String], with program: DrawingProgram?,
    command: (PlotFormat, String) -> (script: String, arguments: [String])
  ) throws -> Drawing {
    guard let program else { return Drawing(title: title, data: data, svg: nil, png: nil) }
    var drawn: [PlotFormat: String] = [:]
    for format in PlotFormat.allCases {
      let path = "\(stem).\(format.rawValue)"
      do {
        try program.draw(to: folder.url(path)) { command(format, $0) }
        drawn[format] = path
      } catch {
        console.printError("\(path) is not drawn: \(error)")
      }
    }
    return Drawing(title: title, data: data, svg: drawn[.svg], png: drawn[.png])
  }
}
