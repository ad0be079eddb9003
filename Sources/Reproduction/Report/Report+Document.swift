import Foundation
import GannetTraining

extension Report {
  /// The content of the report, of which links lead from `folder`.
  func document(in folder: URL) -> ReportDocument {
    let summaries = sections.map(\.summary)
    var document = ReportDocument(
      title: chapter.title, verdicts: summaries.map(\.verdicts).reduce(VerdictCounts(), +),
      lead: [.facts(facts), .table(overview(summaries)), .paragraph([Self.explanation])],
      parts: sections.map { part(of: $0, in: folder) } + [sources])
    if chapter.number > 0 { document.kicker = "Dive into Deep Learning, chapter \(chapter.number)" }
    if environment.gnuplot == nil {
      document.lead.append(
        .notice(
          "No pictures",
          [
            "gnuplot is not installed (Debian: ", .code("gnuplot-nox"),
            "); the numbers behind the plots are in ", .code("plot-data/"), ".",
          ], isFailure: false))
    }
    return document
  }

  private static let explanation: ReportDocument.Span = """
    A value of ours is the median over the seeds. The band is the spread of the published runs, \
    shaded in the plots; the accepted interval is where a value of ours must lie. Thin lines in plots \
    are the seeds; hollow marks are a published run, joined where it is known after each epoch.
    """

  private var facts: [ReportDocument.Fact] {
    let machine =
      "\(environment.processor), \(options.threads) of \(environment.cores) cores, "
      + environment.operatingSystem
    let versions =
      "Gannet \(environment.gannet), OpenBLAS kernel \(environment.blasKernel)"
      + (environment.gnuplot.map { ", \($0)" } ?? "")
    let seeds = options.seeds.map(String.init).joined(separator: ", ")
    return [
      .init("Written", ["by ", .code("reproduce-\(chapter.name)"), " on \(environment.time)"]),
      .init("Machine", machine), .init("Versions", versions),
      .init(options.seeds.count == 1 ? "Seed" : "Seeds", seeds + settings),
    ]
  }

  /// The settings that are not the book's.
  private var settings: String {
    var settings: [String] = []
    if options.isQuick { settings.append("a quick run on little data") }
    if let epochs = options.epochs { settings.append("\(epochs) epochs") }
    if options.hasExactConvolutions { settings.append("exact convolutions") }
    if let ranks = options.ranks { settings.append("\(ranks) ranks") }
    return settings.map { ", \($0)" }.joined()
  }

  private func overview(_ summaries: [SectionSummary]) -> ReportDocument.Table {
    var table = ReportDocument.Table(
      ["section", "name"], numbers: ["seeds", "time", "judged", "within"], ["outcome"])
    for summary in summaries {
      let name = summary.section.name
      table.append(
        [.link(summary.section.title, to: "#\(name)")], [.code(name)], ["\(summary.runs.count)"],
        ["\(ProgressLine.time(summary.seconds))"], ["\(summary.verdicts.judged)"],
        ["\(summary.verdicts[.within])"], [.outcome(summary.outcome)])
    }
    return table
  }

  private func part(of part: Part, in folder: URL) -> ReportDocument.Part {
    let summary = part.summary
    var blocks: [ReportDocument.Block] = [.facts(facts(of: summary, in: folder))]
    if let failure = summary.failure {
      blocks.append(.notice("Failed", ["\(failure)"], isFailure: true))
    }
    if let reason = summary.incomparability {
      blocks.append(.notice("Not comparable", ["\(reason)."], isFailure: false))
    }
    blocks += part.drawings.map { .drawing($0) }
    if !summary.figures.isEmpty { blocks.append(.table(table(of: summary.figures))) }
    if summary.hasBookData, let table = table(of: summary.curves) { blocks.append(.table(table)) }
    blocks += Self.blocks(of: summary.notes)
    return ReportDocument.Part(
      name: summary.section.name, title: summary.section.title, outcome: summary.outcome,
      blocks: blocks)
  }

  private func facts(of summary: SectionSummary, in folder: URL) -> [ReportDocument.Fact] {
    let source = SourceFile(summary.section.source)
    var facts: [ReportDocument.Fact] = [
      .init("Book", Self.spans(of: BookReference(summary.section.reference))),
      .init(
        "Source",
        [source.link(from: folder).map { .link(source.name, to: $0) } ?? .code(source.name)]),
    ]
    guard let last = summary.runs.last else { return facts }
    let seeds = summary.runs.map { "\($0.seed)" }.joined(separator: ", ")
    let threads = Set(summary.runs.map(\.threads)).sorted().map(String.init)
      .joined(separator: ", ")
    let time = ProgressLine.time(summary.seconds)
    facts.append(.init(summary.runs.count == 1 ? "Seed" : "Seeds", seeds))
    facts.append(.init("Time", "\(time) on \(threads) thread\(threads == "1" ? "" : "s")"))
    let epochs = options.epochs(of: summary.section)
    if epochs > 0 { facts.append(.init("Epochs", "\(epochs)")) }
    // A result of an earlier run, which --resume took over.
    if let made = last.environment, made.date < environment.date {
      facts.append(.init("Computed", Self.origin(made, beside: environment)))
    }
    return facts
  }

  private static func origin(_ made: RunEnvironment, beside now: RunEnvironment) -> String {
    let parts = [
      "on \(made.time)", made.gannet == now.gannet ? nil : "by Gannet \(made.gannet)",
      made.processor == now.processor ? nil : "on \(made.processor)",
      made.blasKernel == now.blasKernel ? nil : "by OpenBLAS's \(made.blasKernel)",
    ]
    return parts.compactMap(\.self).joined(separator: " ")
  }

  private static func spans(of reference: BookReference) -> [ReportDocument.Span] {
    reference.places.enumerated().flatMap { index, place -> [ReportDocument.Span] in
      let span = place.address.map { ReportDocument.Span.link(place.text, to: $0) }
      return (index == 0 ? [] : ["; "]) + [span ?? .text(place.text)]
    }
  }

  private func table(of figures: [ComparedFigure]) -> ReportDocument.Table {
    var table = ReportDocument.Table(
      ["figure"], numbers: ["ours", "each seed", "book", "band", "accepted"], ["verdict", "source"])
    func cell(_ text: String) -> [ReportDocument.Span] { text.isEmpty ? [] : [.text(text)] }
    for figure in figures {
      let each = figure.values.count > 1 ? figure.values.map(figure.text) : []
      table.append(
        cell(figure.name), cell(figure.medianText), cell(each.joined(separator: " ")),
        figure.isClaim ? [.statement(figure.bookText)] : cell(figure.bookText),
        cell(figure.bandText), cell(figure.acceptedText),
        figure.verdictText.isEmpty ? [] : [.verdict(figure.verdict)],
        cell(figure.published?.source.rawValue ?? ""))
    }
    return table
  }

  /// Our curves beside the published ones at the epochs of both; nil where there are none.
  private func table(of curves: [ComparedCurve]) -> ReportDocument.Table? {
    var table = ReportDocument.Table(
      ["curve"], numbers: ["epoch", "ours", "published", "difference"], ["source"])
    for curve in curves {
      for point in curve.points {
        table.append(
          [.text(curve.name)], [.text(Numbers.text(point.epoch))],
          [.text(Numbers.text(point.ours))], [.text(Numbers.text(point.published))],
          [.text(Numbers.signed(point.difference))],
          [.text(curve.published?.source.rawValue ?? "")])
      }
    }
    return table.rows.isEmpty ? nil : table
  }

  /// Remarks as lists, rows of the same labels as tables.
  private static func blocks(of notes: [Note]) -> [ReportDocument.Block] {
    var blocks: [ReportDocument.Block] = []
    for note in notes {
      switch (note, blocks.last) {
      case (.remark(let text), .list(let items)?):
        blocks[blocks.count - 1] = .list(items + [[.text(text)]])
      case (.remark(let text), _): blocks.append(.list([[.text(text)]]))
      case (.writing(let writer, let text), _): blocks.append(.writing(by: writer, text))
      case (.row(let cells), .table(var table)?) where table.headings == cells.map(\.label):
        table.append(contentsOf: cells.map(spans))
        blocks[blocks.count - 1] = .table(table)
      case (.row(let cells), _):
        var table = ReportDocument.Table(cells.map(\.label))
        table.append(contentsOf: cells.map(spans))
        blocks.append(.table(table))
      }
    }
    return blocks
  }

  private static func spans(of cell: Note.Cell) -> [ReportDocument.Span] {
    cell.text.isEmpty ? [] : [.text(cell.text)]
  }

  private var sources: ReportDocument.Part {
    var table = ReportDocument.Table(["source", "meaning"])
    for source in PublishedFigure.Source.allCases {
      // Names of files stand between backticks.
      let words = source.explanation.split(separator: "`", omittingEmptySubsequences: false)
      table.append(
        [.text(source.rawValue)],
        words.enumerated().map { index, text in
          index.isMultiple(of: 2) ? .text(String(text)) : .code(String(text))
        })
    }
    return ReportDocument.Part(
      name: "sources", title: "Sources of the book's figures", blocks: [.table(table)])
  }
}

extension SectionSummary {
  var outcome: ReportDocument.Outcome {
    ReportDocument.Outcome(verdicts, hasFailed: failure != nil)
  }
}
