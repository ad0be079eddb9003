import Foundation
import GannetTensor

extension ReportDocument {
  /// The document as a page that needs nothing else: no script, no font, no picture from elsewhere.
  func html() -> String {
    let page: HTML = """
      <!DOCTYPE html>
      <html lang="en" xmlns="http://www.w3.org/1999/xhtml">
      <head>
      <meta charset="utf-8"/>
      <meta name="viewport" content="width=device-width, initial-scale=1"/>
      <meta name="color-scheme" content="light dark"/>
      <link rel="icon" href="data:,"/>
      <title>\(title)</title>
      <style>
      \(ReportStyle.sheet)
      </style>
      </head>
      <body>
      \(contents)
      <main>
      <header>
      \(kickerLine)<h1>\(title)</h1>
      \(tally)
      \(blocks(lead))
      </header>
      \(parts.map(section))
      </main>
      </body>
      </html>

      """
    return page.text
  }

  private var kickerLine: HTML { kicker.isEmpty ? "" : "<p class=\"kicker\">\(kicker)</p>\n" }

  /// The contents, beside the text where there is room.
  private var contents: HTML {
    let items = parts.map { part -> HTML in
      "<li class=\"\(part.outcome?.style ?? "plain")\"><a href=\"#\(part.name)\">\(part.title)</a></li>\n"
    }
    return "<nav aria-label=\"Contents\">\n<ol>\n\(items)</ol>\n</nav>"
  }

  /// How many figures are within and outside, as a bar and in words.
  private var tally: HTML {
    let shown = Verdict.allCases.filter { verdicts[$0] > 0 }
    guard !shown.isEmpty else { return "" }
    let bars = shown.map { verdict -> HTML in
      "<i class=\"\(verdict.style)\" style=\"flex-grow:\(verdicts[verdict])\"></i>"
    }
    let words = shown.map { verdict -> HTML in
      """
      <li class="\(verdict.style)"><b>\(verdicts[verdict])</b> \
      \(verdict == .shown ? "shown, not judged" : verdict.rawValue)</li>

      """
    }
    return """
      <div class="tally">
      <div class="bar" aria-hidden="true">\(bars)</div>
      <ul>
      \(words)</ul>
      </div>
      """
  }

  private func section(_ part: Part) -> HTML {
    let outcome = part.outcome.map { outcome -> HTML in " \(html(.outcome(outcome)))" } ?? ""
    return """
      <section id="\(part.name)" aria-labelledby="\(part.name)-title">
      <h2 id="\(part.name)-title"><a href="#\(part.name)">\(part.title)</a>\(outcome)</h2>
      \(blocks(part.blocks))
      </section>

      """
  }

  /// The blocks, with drawings that follow one another side by side.
  private func blocks(_ blocks: [Block]) -> [HTML] {
    blocks.indices.map { index in
      let isAfterDrawing = index > 0 && blocks[index - 1].isDrawing
      let isBeforeDrawing = index + 1 < blocks.count && blocks[index + 1].isDrawing
      let isDrawing = blocks[index].isDrawing
      let start: HTML = isDrawing && !isAfterDrawing ? "<div class=\"drawings\">\n" : ""
      let end: HTML = isDrawing && !isBeforeDrawing ? "</div>\n" : ""
      return "\(start)\(html(blocks[index]))\n\(end)"
    }
  }

  private func html(_ block: Block) -> HTML {
    switch block {
    case .paragraph(let spans): return "<p>\(spans.map(html))</p>"
    case .notice(let title, let spans, let isFailure):
      return """
        <p class="notice \(isFailure ? "outside" : "plain")"><b>\(title):</b> \(spans.map(html))</p>
        """
    case .facts(let facts):
      let items = facts.map { fact -> HTML in
        "<div><dt>\(fact.term)</dt><dd>\(fact.text.map(html))</dd></div>\n"
      }
      return "<dl>\n\(items)</dl>"
    case .table(let table): return html(table)
    case .list(let items):
      return "<ul class=\"remarks\">\n\(items.map { "<li>\($0.map(html))</li>\n" as HTML })</ul>"
    case .writing(let writer, let text):
      return """
        <figure class="writing"><figcaption>\(writer)</figcaption>\
        <blockquote>\(text)</blockquote></figure>
        """
    case .drawing(let drawing): return html(drawing)
    }
  }

  private func html(_ span: Span) -> HTML {
    switch span {
    case .text(let text), .statement(let text): "\(text)"
    case .code(let text): "<code>\(text)</code>"
    case .link(let text, let address): "<a href=\"\(address)\">\(text)</a>"
    case .verdict(let verdict): "<span class=\"chip \(verdict.style)\">\(verdict.rawValue)</span>"
    case .outcome(let outcome): "<span class=\"chip \(outcome.style)\">\(outcome.text)</span>"
    }
  }

  /// A table, of which narrow screens show each row as a block, by the labels of its cells.
  private func html(_ table: Table) -> HTML {
    let columns = table.shown
    let headings = columns.map { column -> HTML in
      "<th scope=\"col\" class=\"\(table.columns[column].style)\">\(table.headings[column])</th>"
    }
    let rows = table.rows.map { row -> HTML in
      let cells = columns.map { column -> HTML in
        let spans = row[column].map(html)
        guard column != columns.first else { return "<th scope=\"row\">\(spans)</th>" }
        let isStatement = if case .statement? = row[column].first { true } else { false }
        let style = isStatement ? "statement" : table.columns[column].style
        return """
          <td class="\(style)" data-label="\(table.headings[column])">\(spans)</td>
          """
      }
      return "<tr>\(cells)</tr>\n"
    }
    return """
      <div class="scroll"><table>
      <thead><tr>\(headings)</tr></thead>
      <tbody>
      \(rows)</tbody>
      </table></div>
      """
  }

  private func html(_ drawing: Drawing) -> HTML {
    let links = Self.links(to: drawing).map { text, path -> HTML in
      "<a href=\"\(path)\">\(text)</a> "
    }
    let pictures = drawing.pictures.map { picture -> HTML in
      let title: HTML = picture.title.isEmpty ? "" : "<p>\(picture.title)</p>"
      return "<div>\(title)\(picture.svg.html)</div>\n"
    }
    let grid: HTML =
      pictures.isEmpty ? "" : "<div class=\"pictures\">\n\(pictures)</div>\n"
    return """
      <figure class="drawing \(drawing.layout.rawValue)">
      \(grid)<figcaption>\(drawing.title) <small>\(links)</small></figcaption>
      </figure>
      """
  }

  /// The files of a drawing by their kind; of many data files, their folder.
  private static func links(to drawing: Drawing) -> [(text: String, path: String)] {
    func kind(_ path: String) -> String { URL(fileURLWithPath: path).pathExtension }
    let pictures = [drawing.svg, drawing.png].compactMap(\.self).map { (kind($0), $0) }
    let data = drawing.data
    guard let first = data.first, data.count > 3 else {
      let isSingle = data.count == 1
      return pictures
        + data.enumerated().map { (kind($1) + (isSingle ? "" : " \($0 + 1)"), $1) }
    }
    return pictures
      + [("\(data.count) \(kind(first)) files", String(first.prefix { $0 != "/" }) + "/")]
  }
}

// The classes of the style sheet.

extension Verdict {
  fileprivate var style: String {
    switch self {
    case .within: "within"
    case .outside, .missing: "outside"
    case .notComparable, .shown: "plain"
    }
  }
}

extension ReportDocument.Block {
  fileprivate var isDrawing: Bool { if case .drawing = self { true } else { false } }
}

extension ReportDocument.Outcome {
  fileprivate var style: String {
    switch self {
    case .failed, .outside: "outside"
    case .within: "within"
    case .notComparable, .notJudged: "plain"
    }
  }
}

extension ReportDocument.Table.Column {
  fileprivate var style: String {
    switch self {
    case .words: "words"
    case .number: "number"
    }
  }
}
