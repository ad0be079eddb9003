/// A table of text, aligned for a terminal or written as Markdown.
package struct TextTable {
  private let headings: [String]
  private let isRight: [Bool]
  private var rows: [[String]] = []

  /// Makes a table whose first columns are aligned left and whose last ones right.
  package init(_ left: String..., right: String...) {
    headings = left + right
    isRight = left.map { _ in false } + right.map { _ in true }
  }

  /// Makes a table of columns of which each is aligned left or right.
  package init(_ columns: [(heading: String, isRight: Bool)]) {
    headings = columns.map(\.heading)
    isRight = columns.map(\.isRight)
  }

  /// Adds a row of as many cells as there are headings.
  package mutating func append(_ cells: [String]) {
    guard cells.count == headings.count else {
      fail("TextTable: \(cells.count) cells under \(headings.count) headings")
    }
    rows.append(cells)
  }

  /// The table in aligned columns, two spaces apart.
  package func plain(indent: Int = 0) -> String {
    let lines = [headings] + rows
    let widths = headings.indices.map { column in
      lines.map { $0[column].count }.max() ?? 0
    }
    return lines.map { cells in
      let padded = cells.indices.map { pad(cells[$0], to: widths[$0], right: isRight[$0]) }
      let line = String(repeating: " ", count: indent) + padded.joined(separator: "  ")
      return String(line.reversed().drop { $0 == " " }.reversed())
    }.joined(separator: "\n")
  }

  /// The table in Markdown.
  package func markdown() -> String {
    let rule = isRight.map { $0 ? "---:" : "---" }
    return ([headings, rule] + rows.map { $0.map(Self.escaped) })
      .map { "| " + $0.joined(separator: " | ") + " |" }
      .joined(separator: "\n")
  }

  private func pad(_ text: String, to width: Int, right: Bool) -> String {
    let blanks = String(repeating: " ", count: max(0, width - text.count))
    return right ? blanks + text : text + blanks
  }

  private static func escaped(_ cell: String) -> String {
    cell.map { $0 == "|" ? "\\|" : $0 == "\n" ? " " : String($0) }.joined()
  }
}
