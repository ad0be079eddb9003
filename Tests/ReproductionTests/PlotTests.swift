import Foundation
import GannetTensor
import Reproduction
import Testing

#if canImport(FoundationXML)
import FoundationXML
#endif

@Suite("Plots")
struct PlotTests {
  /// One plot of every kind of content.
  private var plots: [Plot] {
    let x = [1.0, 2, 3]
    return [
      Plot(
        "lines", title: "It's 'quoted', {/=40 not enhanced}", x: Axis("x_1"),
        y: Axis("y", log: true),
        series: [
          Series("a_b", x: x, y: [1, 10, 100]),
          Series("", band: Band(minimum: 50, maximum: 200, runs: 11), at: 3),
          Series("points", x: x, y: [3, 2, 1], style: .points),
          Series("steps", x: x, y: [1, 2, 1], style: .steps),
          Series("path", x: x, y: [2, 4, 3], style: .path),
          Series("guide", x: [1, 2, .nan, 3], y: [5, 5, .nan, 6], style: .guide),
        ]),
      Plot(
        "bars", title: "Bars", x: Axis("length"), y: Axis("count"),
        series: [
          .histogram("source", of: [1, 2, 2, 9], bins: 4),
          .histogram("target", of: [3, 3, 3], bins: 4, range: 1...9),
        ]),
      Plot(
        "maps", title: "Maps",
        panels: (0..<3).map { index in
          Panel(
            "head \(index)", x: Axis("keys"),
            heatMap: HeatMap(
              [[0, 0.5], [1, .nan]], rowLabels: ["it's", "<eos>"], columnLabels: ["a", "b"],
              range: 0...1))
        }),
      Plot(
        "pictures", title: "Pictures",
        panels: [
          Panel("full", heatMap: .picture([[0, 0.5], [1, 0]])),
          Panel("wide", heatMap: .picture([[0, 1, 0]], range: 0...2)),
        ]),
      Plot(
        "nothing", title: "Nothing", x: Axis("x"), y: Axis("y"),
        series: [Series("diverged", x: x, y: [.nan, .infinity, -.infinity])]),
      Plot("empty", title: "Empty", curves: []),
    ]
  }

  @Test(
    "Every kind of plot becomes a valid SVG and a PNG",
    .enabled(if: DrawingProgram.gnuplot != nil))
  func pictures() throws {
    let demo = try DemoChapter()
    let writer = PlotWriter(folder: try OutputFolder(demo.folder), console: demo.console)
    for plot in plots {
      let drawing = try writer.draw(plot, as: "plots/demo-")
      let svg = try #require(drawing.svg)
      let png = try #require(drawing.png)
      _ = try XMLDocument(data: Data(contentsOf: demo.folder.appending(path: svg)))
      let signature = try Data(contentsOf: demo.folder.appending(path: png)).prefix(8)
      #expect(Array(signature) == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
    }
    #expect(demo.errors.isEmpty)
    #expect(plots[3].gnuplotScript(.svg, to: "x").contains("'#000000', 1 '#FFFFFF'"))
    #expect(!plots[2].gnuplotScript(.svg, to: "x").contains("#FFFFFF"))
    let lines = try demo.text("plots/demo-lines.svg")
    #expect(lines.contains("It's 'quoted', {/=40 not enhanced}"))
    #expect(lines.contains("a_b"))
    #expect(try demo.text("plots/demo-nothing.svg").contains("no finite values"))
    let files = try FileManager.default.contentsOfDirectory(
      atPath: demo.folder.appending(path: "plots").path)
    #expect(Set(files.map { $0.split(separator: ".").last! }) == ["svg", "png", "csv"])
  }

  @Test("Without gnuplot the numbers are written, one file a panel")
  func dataOnly() throws {
    let demo = try DemoChapter()
    let writer = PlotWriter(
      folder: try OutputFolder(demo.folder), console: demo.console, gnuplot: nil)
    let drawings = try plots.map { try writer.draw($0, as: "plots/demo-") }
    #expect(drawings.allSatisfy { $0.svg == nil && $0.png == nil })
    #expect(drawings[2].data == (1...3).map { "plots/demo-maps-\($0).csv" })
    #expect(
      try demo.text("plots/demo-maps-1.csv") == """
        row,a,b
        it's,0.0,0.5
        <eos>,1.0,nan

        """)
    #expect(try demo.text("plots/demo-lines.csv").contains("\n,3.0,125.0,50.0,200.0\n"))
  }

  @Test("A gnuplot that fails is quoted and costs nothing but the picture")
  func failingGnuplot() throws {
    let demo = try DemoChapter()
    // Asked to make a folder where the script lies, mkdir complains and fails.
    let broken = DrawingProgram(executable: URL(fileURLWithPath: "/bin/mkdir"), version: "broken")
    let writer = PlotWriter(
      folder: try OutputFolder(demo.folder), console: demo.console, gnuplot: broken)
    let drawing = try writer.draw(plots[0], as: "plots/demo-")
    #expect(drawing.svg == nil && drawing.png == nil)
    #expect(drawing.data == ["plots/demo-lines.csv"])
    #expect(demo.errors.contains("plots/demo-lines.svg is not drawn: mkdir could not draw it"))
    #expect(demo.errors.contains("File exists"))
  }

  @Test("A graph becomes a picture, and stays text without Graphviz")
  func graphs() throws {
    let graph = Graph("tape", title: "Tape", text: "digraph { W1 -> z }")
    let demo = try DemoChapter()
    let folder = try OutputFolder(demo.folder)
    let text = try PlotWriter(folder: folder, console: demo.console, dot: nil)
      .draw(graph, as: "plots/demo-")
    #expect(text.svg == nil && text.data == ["plots/demo-tape.dot"])
    #expect(try demo.text("plots/demo-tape.dot") == graph.text)

    guard DrawingProgram.dot != nil else { return }
    let drawn = try PlotWriter(folder: folder, console: demo.console)
      .draw(graph, as: "plots/demo-")
    #expect(try demo.text(#require(drawn.svg)).contains(">W1</text>"))
  }

  @Test("A file named gnuplot that cannot be run is none")
  func noGnuplot() throws {
    let demo = try DemoChapter()
    try Data("text".utf8).write(to: demo.folder.appending(path: "gnuplot"))
    #expect(DrawingProgram.find("gnuplot", askedBy: "--version", in: demo.folder.path) == nil)
    #expect(DrawingProgram.find("gnuplot", askedBy: "--version", in: "") == nil)
  }

  @Test("A histogram counts each value once, the upper end included")
  func histogram() {
    let series = Series.histogram("", of: [0, 1, 2.5, 5, 9, 10, .nan], bins: 4)
    #expect(series.x == [1.25, 3.75, 6.25, 8.75])
    #expect(series.y == [2, 1, 1, 2])
    let cut = Series.histogram("", of: [-1, 0, 1, 7], bins: 2, range: 0...2)
    #expect(cut.y == [1, 1])
    #expect(Series.histogram("", of: [3, 3], bins: 2).y == [2, 0])
  }

  @Test("Series and maps whose parts don't fit are programmer's mistakes")
  func misfits() async {
    let series = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = Series("loss", x: [1, 2], y: [1])
    }
    #expect(text(series).contains("Series: 2 positions and 1 values of \"loss\""))
    let map = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = HeatMap([[1, 2], [3]])
    }
    #expect(text(map).contains("HeatMap: rows of lengths [2, 1]"))
  }

  private func text(_ result: ExitTest.Result?) -> String {
    String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
  }
}

@Suite("Tables")
struct TextTableTests {
  private let table: TextTable = {
    var table = TextTable("name", right: "value")
    table.append(["λ=0", "1.5"])
    table.append(["a|b", ""])
    return table
  }()

  @Test("Plain: columns aligned, no blanks at the ends of lines")
  func plain() {
    #expect(table.plain(indent: 1) == " name  value\n λ=0     1.5\n a|b")
  }

  @Test("Markdown: right-aligned columns, bars escaped")
  func markdown() {
    #expect(
      table.markdown() == """
        | name | value |
        | --- | ---: |
        | λ=0 | 1.5 |
        | a\\|b |  |
        """)
  }
}
