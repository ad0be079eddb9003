import Foundation
import GannetTensor

extension ReportDocument {
  /// The document in Markdown.
  func markdown() -> String {
    var blocks = ["# \(title)"]
    if !kicker.isEmpty { blocks.append("\(kicker).") }
    blocks += lead.map(markdown)
    for part in parts {
      blocks.append("## \(part.name)")
      let outcome = part.outcome.map { ": \($0.text)" } ?? ""
      blocks.append("\(part.title)\(outcome).")
      blocks += part.blocks.map(markdown)
    }
    return blocks.joined(separator: "\n\n") + "\n"
  }

  private func markdown(_ block: Block) -> String {
    switch block {
    case .paragraph(let spans): markdown(spans)
    case .notice(let title, let spans, _): "**\(title):** \(markdown(spans))"
    case .facts(let facts):
      facts.map { "- \($0.term): \(markdown($0.text))" }.joined(separator: "\n")
    case .table(let table): markdown(table)
    case .list(let items): items.map { "- \(markdown($0))" }.joined(separator: "\n")
    case .writing(let writer, let text): "- \(markdown([.text("\(writer): \"\(text)\"")]))"
    case .drawing(let drawing): markdown(drawing)
    }
  }

  private func markdown(_ spans: [Span]) -> String {
    spans.map { span in
      switch span {
      // Tokens such as <eos> would be taken for tags.
      case .text(let text), .statement(let text): text.replacing("<", with: "\\<")
      case .code(let text): "`\(text)`"
      case .link(let text, let address): "[\(text)](\(address))"
      case .verdict(let verdict): verdict.rawValue
      case .outcome(let outcome): outcome.text
      }
    }.joined()
  }

  private func markdown(_ table: Table) -> String {
    let shown = table.shown
    var text = TextTable(
      shown.map { (table.headings[$0], isRight: table.columns[$0] == .number) })
    for row in table.rows { text.append(shown.map { markdown(row[$0]) }) }
    return text.markdown()
  }

  private func markdown(_ drawing: Drawing) -> String {
    let links = ([drawing.svg, drawing.png].compactMap(\.self) + drawing.data).map { path in
      "[\(URL(fileURLWithPath: path).lastPathComponent)](\(path))"
    }
    let caption = "\(drawing.title): \(links.joined(separator: ", "))"
    guard let svg = drawing.svg else { return caption }
    return "![\(drawing.title)](\(svg))\n\n\(caption)"
  }
}
