import Foundation
import GannetPlots
import GannetTensor
import Reproduction
import Testing

@Suite("Plots of chapters")
struct PlotWriterTests {
  private let plot = Plot(
    "lines", title: "Lines", x: Axis("x"), y: Axis("y"),
    series: [Series("a", x: [1, 2], y: [1, 4])])

  @Test("Pictures and numbers of a plot", .enabled(if: DrawingProgram.gnuplot != nil))
  func pictures() throws {
    let demo = try DemoChapter()
    let writer = PlotWriter(folder: try OutputFolder(demo.folder), console: demo.console)
    let drawing = try writer.draw(plot, of: "demo")
    #expect(drawing.svg == "plots/demo-lines.svg" && drawing.png == "plots/demo-lines.png")
    #expect(demo.errors.isEmpty)
    let files = try FileManager.default.contentsOfDirectory(
      atPath: demo.folder.appending(path: "plots").path)
    #expect(files.sorted() == ["demo-lines.png", "demo-lines.svg"])
    #expect(demo.exists("plot-data/demo-lines.csv"))
    #expect(drawing.pictures.count == 1 && drawing.layout == .single)
  }

  @Test("Files have names that links take as they are, whatever the plot is called")
  func fileNames() throws {
    let demo = try DemoChapter()
    let writer = PlotWriter(
      folder: try OutputFolder(demo.folder), console: demo.console, gnuplot: nil)
    var named = plot
    named.name = "mean context, λ=0"
    #expect(try writer.draw(named, of: "demo").data == ["plot-data/demo-mean-context-0.csv"])
    #expect(demo.exists("plot-data/demo-mean-context-0.csv"))
  }

  @Test("Without gnuplot the numbers are written")
  func dataOnly() throws {
    let demo = try DemoChapter()
    let writer = PlotWriter(
      folder: try OutputFolder(demo.folder), console: demo.console, gnuplot: nil)
    let drawing = try writer.draw(plot, of: "demo")
    #expect(drawing.svg == nil && drawing.png == nil)
    #expect(drawing.data == ["plot-data/demo-lines.csv"])
    #expect(
      try demo.text("plot-data/demo-lines.csv") == "series,x,y,low,high\na,1.0,1.0,,\na,2.0,4.0,,\n"
    )
  }

  @Test("A gnuplot that fails is quoted and costs nothing but the picture")
  func failingGnuplot() throws {
    let demo = try DemoChapter()
    // Asked to make a folder where the script lies, mkdir complains and fails.
    let broken = DrawingProgram(executable: URL(fileURLWithPath: "/bin/mkdir"), version: "broken")
    let writer = PlotWriter(
      folder: try OutputFolder(demo.folder), console: demo.console, gnuplot: broken)
    let drawing = try writer.draw(plot, of: "demo")
    #expect(drawing.svg == nil && drawing.png == nil)
    #expect(drawing.data == ["plot-data/demo-lines.csv"])
    #expect(demo.errors.contains("plots/demo-lines.svg is not drawn: mkdir could not draw it"))
    #expect(demo.errors.contains("File exists"))
  }

  @Test("A graph becomes a picture, and stays text without Graphviz")
  func graphs() throws {
    let graph = GraphDrawing("tape", title: "Tape", text: "digraph { W1 -> z }")
    let demo = try DemoChapter()
    let folder = try OutputFolder(demo.folder)
    let text = try PlotWriter(folder: folder, console: demo.console, dot: nil)
      .draw(graph, of: "demo")
    #expect(text.svg == nil && text.data == ["plot-data/demo-tape.dot"])
    #expect(try demo.text("plot-data/demo-tape.dot") == graph.text)

    guard DrawingProgram.dot != nil else { return }
    let drawn = try PlotWriter(folder: folder, console: demo.console)
      .draw(graph, of: "demo")
    #expect(try demo.text(#require(drawn.svg)).contains(">W1</text>"))
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
