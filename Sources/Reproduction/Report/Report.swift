import Foundation
import GannetTensor
import GannetTraining

/// The report of a chapter's run so far, for the console and as files.
struct Report {
  struct Part {
    let summary: SectionSummary
    let drawings: [Drawing]
  }

  let chapter: Chapter
  let options: RunOptions
  let environment: RunEnvironment
  private(set) var sections: [Part] = []

  init(chapter: Chapter, options: RunOptions) {
    self.chapter = chapter
    self.options = options
    environment = .current(threads: options.threads)
  }

  mutating func add(_ summary: SectionSummary, drawings: [Drawing]) {
    sections.append(Part(summary: summary, drawings: drawings))
  }

  /// Writes `metrics.json`, `report.md` and `report.html`.
  func write(to folder: OutputFolder) throws {
    let metrics = Metrics(
      chapter: chapter, options: options, environment: environment,
      summaries: sections.map(\.summary))
    try folder.write(JSON.encoder.encode(metrics), to: "metrics.json")
    let document = document(in: folder.url)
    try folder.write(document.markdown(), to: "report.md")
    try folder.write(document.html(), to: "report.html")
  }

  /// A section's figures with the book's, for a terminal of 100 columns.
  func consoleText(of summary: SectionSummary) -> String {
    let seeds =
      summary.runs.count == 1 ? "seed \(summary.runs[0].seed)" : "\(summary.runs.count) seeds"
    var lines = [
      "\(summary.section.name): \(summary.section.title) (\(seeds), \(ProgressLine.time(summary.seconds)))"
    ]
    if let failure = summary.failure { lines.append("  failed: \(failure)") }
    if let reason = summary.incomparability { lines.append("  not comparable: \(reason)") }
    if !summary.figures.isEmpty { lines.append(consoleTable(summary.figures).plain(indent: 2)) }
    lines += summary.notes.map { "  \($0.line)" }
    return lines.joined(separator: "\n")
  }

  private func consoleTable(_ figures: [ComparedFigure]) -> TextTable {
    var table = TextTable("figure", right: "ours", "book", "band", "accepted", "verdict")
    for figure in figures {
      table.append([
        figure.name, figure.medianText, figure.isClaim ? "" : figure.bookText, figure.bandText,
        figure.acceptedText, figure.verdictText,
      ])
    }
    return table
  }
}
