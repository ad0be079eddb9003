/// The content of a report, of which Markdown and HTML are written.
package struct ReportDocument: Sendable {
  /// A part under a heading, which has an anchor.
  package struct Part: Sendable {
    /// The anchor.
    let name: String
    let title: String
    /// The outcome, which the heading and the contents show; nil for none.
    var outcome: Outcome?
    var blocks: [Block]
  }

  let title: String
  /// The smaller line above the title; empty for none.
  var kicker = ""
  /// The numbers of verdicts in all.
  var verdicts = VerdictCounts()
  /// The blocks before the parts: machine, versions and an overview.
  var lead: [Block]
  var parts: [Part]
}

extension ReportDocument {
  /// A run of text within a paragraph or a cell.
  package enum Span: Sendable, ExpressibleByStringInterpolation {
    case text(String)
    /// A statement in a column of numbers.
    case statement(String)
    case code(String)
    case link(String, to: String)
    case verdict(Verdict)
    case outcome(Outcome)

    package init(stringLiteral text: String) { self = .text(text) }
  }

  /// A block of a part.
  package enum Block: Sendable {
    case paragraph([Span])
    /// A paragraph that must not be overlooked: what failed, or why figures are not judged.
    case notice(String, [Span], isFailure: Bool)
    /// Terms with what they are here.
    case facts([Fact])
    case table(Table)
    case list([[Span]])
    /// A text, with the one who wrote it.
    case writing(by: String, String)
    case drawing(Drawing)
  }

  /// A term with what it is here.
  package struct Fact: Sendable {
    let term: String
    let text: [Span]

    init(_ term: String, _ text: [Span]) {
      self.term = term
      self.text = text
    }

    init(_ term: String, _ text: String) { self.init(term, [.text(text)]) }
  }

  /// A table; columns that are empty in every row are left out.
  package struct Table: Sendable {
    /// The kind of a column, by which its cells are set.
    enum Column: Sendable { case words, number }

    let headings: [String]
    let columns: [Column]
    private(set) var rows: [[[Span]]] = []

    init(_ words: [String], numbers: [String] = [], _ others: [String] = []) {
      headings = words + numbers + others
      columns =
        words.map { _ in .words } + numbers.map { _ in .number } + others.map { _ in .words }
    }

    mutating func append(_ cells: [Span]...) { rows.append(cells) }

    mutating func append(contentsOf cells: [[Span]]) { rows.append(cells) }

    /// The places of the columns that are not empty.
    var shown: [Int] {
      headings.indices.filter { column in rows.contains { !$0[column].isEmpty } }
    }
  }

  /// The outcome of a section's figures, or of a chapter's.
  package enum Outcome: Sendable, Equatable {
    case failed
    /// How many figures are off or missing.
    case outside(Int, of: Int)
    case within(Int)
    case notComparable
    case notJudged

    init(_ verdicts: VerdictCounts, hasFailed: Bool) {
      let off = verdicts[.outside] + verdicts[.missing]
      self =
        hasFailed
        ? .failed
        : off > 0
          ? .outside(off, of: verdicts.judged)
          : verdicts.judged > 0
            ? .within(verdicts.judged)
            : verdicts[.notComparable] > 0 ? .notComparable : .notJudged
    }

    var text: String {
      switch self {
      case .failed: "failed"
      case .outside(let off, let count): "\(off) of \(count) outside"
      case .within(1): "1 within"
      case .within(let count): "all \(count) within"
      case .notComparable: "not comparable"
      case .notJudged: "not judged"
      }
    }
  }
}
