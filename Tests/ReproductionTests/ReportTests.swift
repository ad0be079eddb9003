import Foundation
import GannetPlots
import Reproduction
import TestSupport
import Testing

#if canImport(FoundationXML)
import FoundationXML
#endif

@Suite("The report as a page")
struct ReportTests {
  private static let hostile = "<script>alert('a & \"b\"')</script>\u{1}\u{0}]]>"

  /// A section with a figure of every verdict, every kind of note, a plot and a graph.
  private static let whole = Section(
    "whole", title: "All < \"kinds\" & more", reference: "5.6, dropout; He et al. (2016)",
    seconds: 1, epochs: 2,
    published: [
      PublishedFigure.band("train_loss", book: 2, 1, 2, 3),
      PublishedFigure.band("off", book: 2, 1, 2, 3),
      PublishedFigure.exact("absent", "0.25"),
      PublishedFigure.claim("claimed", "a <b>lower</b> loss & a smaller norm", 0...1),
    ]
  ) { context in
    let curve = Curve("train_loss", epochs: [1, 2], values: [5, 2])
    var result = SectionResult(
      figures: [.ours("train_loss"): 2, .ours("off"): 20, .ours("claimed"): 0.5, .ours("own"): 7],
      curves: [curve],
      plots: [
        Plot(
          "curves", title: "Curves & <spans>", curves: [curve]),
        Plot(
          "maps", title: "Maps",
          panels: [
            Panel("one", heatMap: .picture([[0, 1], [1, 0]])),
            Panel("two", heatMap: .picture([[1, 1], [1, 0]])),
          ]),
      ],
      notes: [
        "a remark \(hostile)", "another", .writing(by: "trained", hostile),
        .row(["English": "go .", "French": "<unk> !"]), .row(["English": "stop", "French": ""]),
      ])
    result.graphs = [GraphDrawing("tape", title: "A tape", text: "digraph { \"a<b\" -> c }")]
    return result
  }

  /// A page as XML, whose texts of blanks alone `XMLDocument` leaves out.
  private func page(_ demo: DemoChapter, _ path: String = "report.html") throws -> XMLDocument {
    try XMLDocument(xmlString: try demo.text(path))
  }

  /// The elements of a name, in the document's order.
  private func elements(_ name: String, in node: XMLNode) -> [XMLElement] {
    var found: [XMLElement] = []
    func visit(_ node: XMLNode) {
      if let element = node as? XMLElement, element.name == name { found.append(element) }
      for child in node.children ?? [] { visit(child) }
    }
    visit(node)
    return found
  }

  private func section(_ name: String, of page: XMLDocument) throws -> XMLElement {
    try #require(
      elements("section", in: page).first { $0.value(of: "id") == name })
  }

  @Test("It is well-formed and has every section, figure, verdict, note and drawing")
  func complete() throws {
    let demo = try DemoChapter()
    #expect(demo.run([Self.whole]) == 0)
    let page = try page(demo)
    #expect(elements("h1", in: page).map(\.stringValue) == ["A demonstration"])
    let section = try section("whole", of: page)
    #expect(
      elements("h2", in: section).first?.stringValue == "All < \"kinds\" & more2 of 4 outside")

    let rows = elements("tr", in: section).map { row in
      (row.children ?? []).compactMap(\.stringValue)
    }
    #expect(rows.contains(["train_loss", "2", "2", "[1, 3]", "[0, 4]", "within", "builds"]))
    #expect(rows.contains(["off", "20", "2", "[1, 3]", "[0, 4]", "outside", "builds"]))
    #expect(rows.contains(["absent", "none", "0.25", "", "every digit", "missing", "release"]))
    #expect(
      rows.contains([
        "claimed", "0.5", "a <b>lower</b> loss & a smaller norm", "", "[0, 1]", "within", "text",
      ]))
    #expect(rows.contains(["own", "7", "", "", "", "", ""]))
    // The rows of the same labels are one table.
    #expect(rows.suffix(3) == [["English", "French"], ["go .", "<unk> !"], ["stop", ""]])

    let captions = elements("figcaption", in: section).compactMap(\.stringValue)
    for title in ["Curves & <spans>", "Maps", "A tape"] {
      #expect(captions.contains { $0.hasPrefix(title) }, "\(title)")
    }
    // The verdicts are counted above.
    let counts = elements("li", in: elements("header", in: page)[0]).compactMap(\.stringValue)
    #expect(counts == ["2 within", "1 outside", "1 missing", "1 shown, not judged"])
    let contents = elements("a", in: elements("nav", in: page)[0])
    #expect(contents.map { $0.value(of: "href") } == ["#whole", "#sources"])
  }

  @Test("Markup in texts is shown as it was written, and what no page may have is replaced")
  func escaped() throws {
    let demo = try DemoChapter()
    #expect(demo.run([Self.whole]) == 0)
    let shown = "<script>alert('a & \"b\"')</script>\u{fffd}\u{fffd}]]>"
    let section = try section("whole", of: try page(demo))
    #expect(elements("blockquote", in: section).map(\.stringValue) == [shown])
    let remarks = elements("ul", in: section).flatMap { elements("li", in: $0) }
    #expect(remarks.map(\.stringValue) == ["a remark \(shown)", "another"])
    #expect(elements("script", in: section).isEmpty)
    // Markdown would take tokens for tags.
    #expect(try demo.text("report.md").contains("| go . | \\<unk> ! |"))
  }

  @Test("It asks for nothing: all that it refers to are links that a reader follows")
  func selfContained() throws {
    let demo = try DemoChapter()
    #expect(demo.run([Self.whole]) == 0)
    var links: [String] = []
    func visit(_ node: XMLNode) {
      if let element = node as? XMLElement {
        for attribute in element.attributes ?? [] {
          let value = attribute.stringValue ?? ""
          let isOutside =
            !value.hasPrefix("#") && !value.hasPrefix("data:") && !value.hasPrefix("url(#")
          switch attribute.localName {
          case "href" where element.name == "a": links.append(value)
          case "href", "src", "srcset", "poster", "action", "data":
            #expect(!isOutside, "\(element.name ?? "") asks for \(value)")
          default:
            #expect(!value.contains("url(") || !isOutside, "\(attribute)")
            #expect(attribute.localName?.hasPrefix("on") != true, "\(attribute)")
          }
        }
      }
      for child in node.children ?? [] { visit(child) }
    }
    let page = try page(demo)
    visit(page)
    let style = try #require(elements("style", in: page).first?.stringValue)
    #expect(!style.contains("url(") && !style.contains("@import"))
    #expect(elements("script", in: page).isEmpty && elements("iframe", in: page).isEmpty)

    #expect(links.contains("https://d2l.ai/chapter_multilayer-perceptrons/dropout.html"))
    for link in links where !link.hasPrefix("https:") && !link.hasPrefix("#") {
      #expect(demo.exists(link.removingPercentEncoding ?? link), "\(link) leads nowhere")
    }
    #expect(links.contains { $0.hasSuffix("Tests/ReproductionTests/ReportTests.swift") })
  }

  @Test("The link to the source file leads there as browsers resolve it, from a linked folder too")
  func sourceLink() throws {
    let demo = try DemoChapter()
    let deep = demo.folder.appending(path: "a/b/c")
    try FileManager.default.createDirectory(at: deep, withIntermediateDirectories: true)
    let folder = demo.folder.appending(path: "linked")
    try FileManager.default.createSymbolicLink(at: folder, withDestinationURL: deep)
    let chapter = Chapter("demo", title: "", sections: [Self.whole])
    #expect(chapter.run(["--output", folder.path], console: demo.console) == 0)
    let links = elements("a", in: try page(demo, "linked/report.html"))
      .compactMap { $0.value(of: "href") }
    let link = try #require(links.first { $0.hasSuffix("ReportTests.swift") })
    let address = URL(string: link, relativeTo: folder.appending(path: "report.html"))
    #expect(address?.absoluteURL.path == #filePath)
  }

  @Test(
    "Drawings are within the page, in its colours, and no identifier comes twice",
    .enabled(if: DrawingProgram.gnuplot != nil))
  func drawings() throws {
    let demo = try DemoChapter()
    #expect(demo.run([Self.whole]) == 0)
    let section = try section("whole", of: try page(demo))
    let drawings = elements("svg", in: section)
    // A curve, two tiles, and the graph where Graphviz is installed.
    #expect(drawings.count == (DrawingProgram.dot == nil ? 3 : 4))
    #expect(elements("image", in: section).count == 2)
    let text = section.xmlString
    #expect(text.contains("stroke=\"var(--series-1)\"") && text.contains("var(--ink)"))
    for color in ["black", "#333333", "rgb( 51,", "\"white\""] {
      #expect(!text.contains(color), "\(color)")
    }
    var identifiers: [String] = []
    func visit(_ node: XMLNode) {
      if let value = (node as? XMLElement)?.value(of: "id") {
        identifiers.append(value)
      }
      for child in node.children ?? [] { visit(child) }
    }
    visit(try page(demo))
    #expect(Set(identifiers).count == identifiers.count)
    for part in elements("use", in: section) {
      let target = part.attributes?.first { $0.localName == "href" }?.stringValue ?? ""
      #expect(identifiers.contains(String(target.dropFirst())), "\(target)")
    }
  }

  @Test("A section that --resume skips is shown in full")
  func resumed() throws {
    let demo = try DemoChapter()
    let other = Section("other", title: "Other", reference: "1.1", seconds: 1) { _ in
      SectionResult()
    }
    #expect(demo.run([Self.whole]) == 0)
    let before = try section("whole", of: try page(demo))
    #expect(demo.run([Self.whole, other], "--resume") == 0)
    let after = try section("whole", of: try page(demo))
    for name in ["table", "blockquote", "svg", "ul", "h2"] {
      #expect(
        elements(name, in: after).map(\.xmlString) == elements(name, in: before).map(\.xmlString))
    }
    #expect(!elements("table", in: after).isEmpty)
    #expect(try !elements("section", in: page(demo)).isEmpty)
  }

  /// A section whose curve depends on the seed, with the book's.
  private static let seeded = Section(
    "seeded", title: "Seeded", reference: "5.6, dropout", seconds: 1, epochs: 3,
    published: [
      TrainingFigures(
        .band(.validationAccuracy, book: 0.875, 0.75, 0.8125, 1),
        curves: [.perEpoch(.validationAccuracy, 0.25, 0.5, 0.875)])
    ]
  ) { context in
    let epochs = (1...context.epochs).map(Double.init)
    let values = epochs.map { $0 / 4 + Double(context.seed) / 8 }
    let curve = Curve("val_acc", epochs: epochs, values: values)
    return SectionResult(
      figures: [.ours("val_acc"): values.last!], curves: [curve],
      plots: [Plot("curves", title: "Curves", curves: [curve])])
  }

  @Test(
    "Plots have every seed and the book's curve, and a table has both epoch by epoch",
    .enabled(if: DrawingProgram.gnuplot != nil))
  func curves() throws {
    let demo = try DemoChapter()
    #expect(demo.run([Self.seeded], "--seeds", "0,1,2") == 0)
    let section = try section("seeded", of: try page(demo))
    let labels = elements("svg", in: section).flatMap { elements("text", in: $0) }
      .compactMap { $0.stringValue?.trimmingCharacters(in: .whitespaces) }
    for label in ["val_acc", "each seed", "book, 1.0.3", "book, 11 runs"] {
      #expect(labels.count { $0 == label } == 1, "\(label)")
    }
    let rows = elements("tr", in: section).map { row in
      (row.children ?? []).compactMap(\.stringValue)
    }
    #expect(
      rows.suffix(4) == [
        ["curve", "epoch", "ours", "published", "difference", "source"],
        ["val_acc", "1", "0.375", "0.25", "+0.12", "release"],
        ["val_acc", "2", "0.625", "0.5", "+0.12", "release"],
        ["val_acc", "3", "0.875", "0.875", "0", "release"],
      ])
    let data = try demo.text("plot-data/seeded-curves.csv").split(separator: "\n")
    #expect(data.count { $0.hasPrefix("each seed: val_acc,") } == 9)
    #expect(data.contains("\"book, 1.0.3: val_acc\",2.0,0.5,,"))
  }

  @Test("A training of fewer epochs is beside the book's same epochs, though it is not judged")
  func fewerEpochs() throws {
    let demo = try DemoChapter()
    #expect(demo.run([Self.seeded], "--epochs", "2") == 0)
    let text = try demo.text("report.md")
    #expect(text.contains("| val_acc | 2 | 0.5 | 0.5 | 0 | release |"))
    #expect(!text.contains("| val_acc | 3 |") && text.contains("2 epochs in place of 3"))
    // Less data is not compared.
    #expect(demo.run([Self.seeded], "--quick") == 0)
    #expect(try !demo.text("report.md").contains("difference"))
    #expect(demo.run([Self.seeded], "--epochs", "2") == 0)
    // The band is at the book's end.
    let data = try demo.text("plot-data/seeded-curves.csv")
    #expect(data.contains("\"book, 11 runs: val_acc\",3.0,0.8125,0.75,1.0"))
  }

  @Test("A section that fails says so in red, and other data than the book's is told")
  func failures() throws {
    struct Missing: Error, CustomStringConvertible { let description = "<images> are missing" }
    let failing = Section("failing", title: "Failing", reference: "", seconds: 1) { _ in
      throw Missing()
    }
    let demo = try DemoChapter()
    #expect(demo.run([failing, Self.whole], "--epochs", "1") == 1)
    let page = try page(demo)
    let notice = elements("p", in: try section("failing", of: page))[0]
    #expect(notice.stringValue == "Failed: seed 0: <images> are missing")
    #expect(notice.value(of: "class") == "notice outside")
    let other = elements("p", in: try section("whole", of: page))[0]
    #expect(other.stringValue == "Not comparable: 1 epochs in place of 2.")
  }

  @Test("An index leads to the chapters' reports, in the book's order, with their verdicts")
  func index() throws {
    let demo = try DemoChapter()
    let chapters = [
      Chapter("late", number: 9, title: "Late", sections: [Self.whole]),
      Chapter("early", number: 5, title: "Early", sections: [Self.whole]),
    ]
    for chapter in chapters {
      let output = demo.folder.appending(path: chapter.name).path
      #expect(
        chapter.run(
          ["--output", output, "--index", demo.folder.path], console: demo.console) == 0)
    }
    let page = try page(demo, "index.html")
    #expect(
      elements("h2", in: page).map(\.stringValue) == [
        "Early2 of 4 outside", "Late2 of 4 outside",
      ])
    let links = elements("a", in: page).compactMap { $0.value(of: "href") }
    #expect(links.contains("early/report.html#whole") && links.contains("late/report.html"))
    for link in links where !link.hasPrefix("#") {
      #expect(demo.exists(String(link.prefix { $0 != "#" })), "\(link)")
    }
    let counts = elements("li", in: elements("header", in: page)[0]).compactMap(\.stringValue)
    #expect(counts == ["4 within", "2 outside", "2 missing", "2 shown, not judged"])

    // A result that cannot be read is named, and costs no chapter its report.
    let damaged = demo.folder.appending(path: "early/metrics.json")
    try Data("{".utf8).write(to: damaged)
    let again = Chapter("late", number: 9, title: "Late", sections: [Self.whole])
    let output = demo.folder.appending(path: "late").path
    #expect(
      again.run(["--output", output, "--index", demo.folder.path], console: demo.console) == 0)
    #expect(demo.errors.contains("index.html is not written: \(damaged.path) is not a result"))
  }
}

extension XMLElement {
  /// The value of an attribute; `attribute(forName:)` finds none in elements with a namespace.
  fileprivate func value(of name: String) -> String? {
    attributes?.first { $0.localName == name }?.stringValue
  }
}

@Suite("Notes")
struct NoteTests {
  @Test("Notes are stored and read back, remarks as earlier versions stored them")
  func stored() throws {
    let notes: [Note] = ["it has", .writing(by: "trained", "it"), .row(["a": "1", "b": ""])]
    let data = try JSONEncoder().encode(notes)
    #expect(try JSONDecoder().decode([Note].self, from: data) == notes)
    #expect(try JSONDecoder().decode([Note].self, from: Data("[\"x\"]".utf8)) == ["x"])
    #expect(notes.map(\.line) == ["it has", "trained: \"it\"", "a: 1"])
  }
}
