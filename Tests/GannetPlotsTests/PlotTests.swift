import Foundation
import GannetData
import GannetPlots
import TestSupport
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
          Series("", x: [3], y: [125], low: [50], high: [200]),
          Series("points", x: x, y: [3, 2, 1], style: .points),
          Series("steps", x: x, y: [1, 2, 1], style: .steps),
          Series("path", x: x, y: [2, 4, 3], style: .path),
          Series("guide", x: [1, 2, .nan, 3], y: [5, 5, .nan, 6], style: .guide),
          Series("seed", x: x, y: [2, 3, 4], isCompanion: true),
          Series("book", x: x, y: [3, 3, 4], style: .path, isCompanion: true),
          Series("book", x: [1], y: [3], style: .points, isCompanion: true),
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
          Panel("high", heatMap: .picture([[0], [1], [0]])), Panel("one", heatMap: .picture([[1]])),
        ]),
      Plot(
        "nothing", title: "Nothing", x: Axis("x"), y: Axis("y"),
        series: [Series("diverged", x: x, y: [.nan, .infinity, -.infinity])]),
      Plot("empty", title: "Empty", x: Axis("epoch"), y: Axis(""), series: []),
    ]
  }

  @Test("A single span has a strip from the beginning of the axis, several have none")
  func strips() {
    func script(_ x: [Double]) -> String {
      let spans = Series("runs", x: x, y: x, low: x, high: x)
      return Plot(title: "", x: Axis("epoch", range: 0...10), y: Axis(""), series: [spans])
        .gnuplotScript(.svg, to: "x")
    }
    #expect(script([9]).contains("using 1:2:(0.0):1:3:4 with boxxyerror"))
    #expect(script([8, 9]).contains("with boxxyerror") && !script([8, 9]).contains("(0.0):1:3:4"))
  }

  @Test("Companions have the colour of the series before them, and one entry for all of a name")
  func companions() {
    let x = [1.0, 2]
    func companion(_ name: String, _ style: Series.Style) -> Series {
      Series(name, x: x, y: x, style: style, isCompanion: true)
    }
    let plot = Plot(
      "curves", title: "", x: Axis("epoch"), y: Axis(""),
      series: [
        Series("first", x: x, y: x), companion("seed", .line), companion("book", .points),
        Series("second", x: x, y: x), companion("seed", .line), companion("book", .path),
      ])
    let commands = plot.gnuplotScript(.svg, to: "x").split(separator: "\n")
    func command(_ data: String) -> Substring {
      commands.first { $0.contains("\(data) using") } ?? ""
    }
    for (data, color) in [("$p0s1", "#0072B2"), ("$p0s2", "#0072B2"), ("$p0s5", "#D55E00")] {
      #expect(command(data).contains(color) && command(data).contains("notitle"), "\(data)")
    }
    #expect(command("$p0s0").contains("linewidth 2"))
    #expect(command("$p0s1").contains("with lines") && command("$p0s1").contains("linewidth 1"))
    #expect(command("$p0s2").contains("with points") && command("$p0s2").contains("pointtype 6"))
    let entries = commands.filter { $0.contains("keyentry") }
    #expect(entries.count == 2)
    #expect(entries[0].contains("with lines") && entries[0].contains("'seed'"))
    #expect(entries[1].contains("with linespoints") && entries[1].contains("'book'"))
    let rows = plot.csv(named: "curves")[0].text.split(separator: "\n")
    #expect(rows.contains("seed: first,1.0,1.0,,") && rows.contains("book: second,2.0,2.0,,"))
  }

  @Test("Series are read back, those of earlier versions too, in which spans alone are companions")
  func storedSeries() throws {
    let seed = Series("seed", x: [1], y: [2], isCompanion: true)
    let read = try JSONDecoder().decode(Series.self, from: JSONEncoder().encode(seed))
    #expect(read.isCompanion && read.name == "seed" && read.y == [2] && read.style == .line)
    func earlier(_ style: String) throws -> Series {
      let text =
        #"{"name": "a", "x": [1], "y": [2], "low": [0], "high": [3], "style": "\#(style)"}"#
      return try JSONDecoder().decode(Series.self, from: Data(text.utf8))
    }
    #expect(try earlier("spans").isCompanion && !earlier("line").isCompanion)
    #expect(try earlier("spans").high == [3])
  }

  @Test(
    "Each panel is a valid SVG of its own, without title and background, a heat map an image",
    .enabled(if: DrawingProgram.gnuplot != nil))
  func panels() throws {
    let gnuplot = try #require(DrawingProgram.gnuplot)
    for plot in plots {
      let pictures = try plot.panelPictures(by: gnuplot)
      #expect(pictures.count == plot.panels.count)
      for (panel, picture) in zip(plot.panels, pictures) {
        _ = try XMLDocument(xmlString: picture)
        #expect(!picture.contains("white\"/>"))
        #expect(panel.title.isEmpty || !picture.contains(">\(panel.title)<"))
        if case .heatMap = panel.content { #expect(picture.contains("<image")) }
      }
    }
  }

  @Test(
    "Every kind of plot becomes a valid SVG and a PNG",
    .enabled(if: DrawingProgram.gnuplot != nil))
  func pictures() throws {
    let folder = try TemporaryFolder()
    for plot in plots {
      let (svg, png) = (folder.file("\(plot.name).svg"), folder.file("\(plot.name).PNG"))
      #expect(try plot.write(to: svg) == [svg])
      #expect(try plot.write(to: png) == [png])
      _ = try XMLDocument(data: Data(contentsOf: svg))
      let signature = try Data(contentsOf: png).prefix(8)
      #expect(Array(signature) == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
    }
    #expect(plots[3].gnuplotScript(.svg, to: "x").contains("'#000000', 1 '#FFFFFF'"))
    #expect(!plots[2].gnuplotScript(.svg, to: "x").contains("#FFFFFF"))
    let lines = try String(contentsOf: folder.file("lines.svg"), encoding: .utf8)
    #expect(lines.contains("It's 'quoted', {/=40 not enhanced}"))
    #expect(lines.contains("a_b"))
    let nothing = try String(contentsOf: folder.file("nothing.svg"), encoding: .utf8)
    #expect(nothing.contains("no finite values"))
    #expect(try Set(folder.contents.map { $0.split(separator: ".").last! }) == ["svg", "PNG"])
  }

  @Test("The rows and columns of a small heat map are numbered, none in between")
  func heatMapTicks() {
    func script(_ map: HeatMap) -> String {
      Plot(title: "", panels: [Panel(heatMap: map)]).gnuplotScript(.svg, to: "x")
    }
    let small = script(HeatMap([[0, 1, 2], [3, 4, 5]]))
    #expect(small.contains("set xtics 0,1") && small.contains("set ytics 0,1"))
    let wide = script(HeatMap([[Double](repeating: 0, count: 40)]))
    #expect(!wide.contains("set xtics 0,1") && wide.contains("set ytics 0,1"))
    let named = script(HeatMap([[0, 1]], columnLabels: ["a", "b"]))
    #expect(named.contains("set xtics ('a' 0, 'b' 1)") && !named.contains("set xtics 0,1"))
    #expect(!script(.picture([[0, 1]])).contains("tics 0,1"))
  }

  @Test("Without gnuplot the numbers are written, one file a panel, with a notice")
  func dataOnly() throws {
    let folder = try TemporaryFolder()
    var notices: [String] = []
    for plot in plots {
      try plot.write(to: folder.file("\(plot.name).svg"), with: nil) { notices.append($0) }
    }
    #expect(
      notices[0] == "lines.svg is not drawn, since gnuplot is not installed (Debian: gnuplot-nox); "
        + "its numbers are in lines.csv")
    #expect(notices[2].hasSuffix("its numbers are in maps-1.csv, maps-2.csv, maps-3.csv"))
    #expect(try !folder.contents.contains { $0.hasSuffix(".svg") })
    #expect(
      try String(contentsOf: folder.file("maps-1.csv"), encoding: .utf8) == """
        row,a,b
        it's,0.0,0.5
        <eos>,1.0,nan

        """)
    let lines = try String(contentsOf: folder.file("lines.csv"), encoding: .utf8)
    #expect(lines.contains("\n,3.0,125.0,50.0,200.0\n"))
  }

  @Test("A gnuplot that fails is quoted, and an older picture stays")
  func failingGnuplot() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("older", "lines.svg")
    // Asked to make a folder where the script lies, mkdir complains and fails.
    let broken = DrawingProgram(executable: URL(fileURLWithPath: "/bin/mkdir"), version: "broken")
    let error = try #require(throws: DrawingError.self) {
      try plots[0].write(to: file, with: broken) { _ in }
    }
    #expect(error.description.hasPrefix("mkdir could not draw it"))
    #expect(error.description.contains("File exists"))
    #expect(try folder.contents == ["lines.svg"])
    #expect(try String(contentsOf: file, encoding: .utf8) == "older")
  }

  @Test("Files of other formats are refused with the known ones")
  func unknownFormat() throws {
    let error = try #require(throws: FileError.self) {
      try plots[0].write(to: URL(fileURLWithPath: "/nowhere/lines.gif"))
    }
    #expect(error.kind == .unsupported)
    #expect(error.problem == "a picture of a plot ends in .svg or .png")
    #expect(throws: FileError.self) {
      try plots[0].write(to: URL(fileURLWithPath: "/nowhere/lines.svg"))
    }
  }

  @Test("A file named gnuplot that cannot be run is none")
  func noGnuplot() throws {
    let folder = try TemporaryFolder()
    try folder.write("text", "gnuplot")
    #expect(DrawingProgram.find("gnuplot", askedBy: "--version", in: folder.url.path) == nil)
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
    let spans = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Series("loss", x: [1], y: [1], low: [], high: [2])
    }
    #expect(text(spans).contains("Series: 1 positions, 0 and 1 ends of \"loss\""))
    let map = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = HeatMap([[1, 2], [3]])
    }
    #expect(text(map).contains("HeatMap: rows of lengths [2, 1]"))
  }

  private func text(_ result: ExitTest.Result?) -> String {
    String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
  }
}
