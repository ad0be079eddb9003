import Foundation
import GannetPlots

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

  /// Draws the graphs of a section's first seed, and its plots with the curves of all seeds.
  package func draw(_ summary: SectionSummary) throws -> [Drawing] {
    let name = summary.section.name
    return try (summary.runs.first?.result.graphs ?? []).map { try draw($0, of: name) }
      + summary.plots.map { try draw($0, of: name) }
  }

  /// Draws a plot of the section called `section`.
  package func draw(_ plot: Plot, of section: String) throws -> Drawing {
    let stem = Self.stem(section, plot.name)
    let data = try plot.csv(named: stem).map { name, text in
      try write(text, to: "\(name).csv")
    }
    var drawing = try draw(plot.title, as: stem, from: data, with: gnuplot) {
      format, file in
      (plot.gnuplotScript(format, to: file), [])
    }
    guard let gnuplot, drawing.svg != nil else { return drawing }
    drawing.layout = plot.panels.count == 1 ? .single : plot.arePictures ? .tiles : .panels
    do {
      drawing.pictures = try pictures(of: plot, in: section, by: gnuplot)
    } catch {
      console.printError("\(plot.name) is not drawn for the page: \(error)")
    }
    return drawing
  }

  private func pictures(
    of plot: Plot, in section: String, by gnuplot: DrawingProgram
  ) throws -> [Drawing.Picture] {
    zip(plot.panels, try plot.panelPictures(by: gnuplot)).enumerated().map { index, picture in
      let (panel, svg) = picture
      let label = [plot.title, panel.title].filter { !$0.isEmpty }.joined(separator: ": ")
      let prefix = "\(Self.stem(section, plot.name))-\(index)-"
      return Drawing.Picture(
        title: panel.title, svg: InlineSVG(svg, prefix: prefix, label: label))
    }
  }

  /// Draws a graph of the section called `section`.
  package func draw(_ graph: GraphDrawing, of section: String) throws -> Drawing {
    let stem = Self.stem(section, graph.name)
    let data = try write(graph.text, to: "\(stem).dot")
    var drawing = try draw(graph.title, as: stem, from: [data], with: dot) { format, file in
      (graph.text, ["-T\(format.rawValue)", "-o", file])
    }
    if let path = drawing.svg {
      let svg = try String(contentsOf: folder.url(path), encoding: .utf8)
      let picture = InlineSVG(svg, prefix: "\(stem)-", label: graph.title)
      drawing.pictures = [Drawing.Picture(title: "", svg: picture)]
      drawing.layout = .graph
    }
    return drawing
  }

  /// The name of a drawing's files without extension, of characters that links take as they are.
  private static func stem(_ section: String, _ name: String) -> String {
    let words = name.split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
    return ([Substring(section)] + words).joined(separator: "-")
  }

  /// Writes numbers or the text of a graph, and returns the path of the file.
  private func write(_ text: String, to name: String) throws -> String {
    let path = "plot-data/\(name)"
    try folder.write(text, to: path)
    return path
  }

  /// Draws in every format; `command` is as `DrawingProgram.draw` takes it.
  private func draw(
    _ title: String, as stem: String, from data: [String], with program: DrawingProgram?,
    command: (PlotFormat, String) -> (script: String, arguments: [String])
  ) throws -> Drawing {
    guard let program else { return Drawing(title: title, data: data, svg: nil, png: nil) }
    var drawn: [PlotFormat: String] = [:]
    for format in PlotFormat.allCases {
      let path = "plots/\(stem).\(format.rawValue)"
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
