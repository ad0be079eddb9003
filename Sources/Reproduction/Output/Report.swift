import Foundation
import GannetTraining

/// What a run of a chapter has found so far, as text for the console and as files.
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

  /// Writes `metrics.json` and `report.md`.
  func write(to folder: OutputFolder) throws {
    let metrics = Metrics(
      chapter: chapter, options: options, environment: environment,
      summaries: sections.map(\.summary))
    try folder.write(JSON.encoder.encode(metrics), to: "metrics.json")
    try folder.write(markdown(), to: "report.md")
  }

  /// A section's figures beside the book's, for a terminal of a hundred columns.
  func consoleText(of summary: SectionSummary) -> String {
    let seeds =
      summary.runs.count == 1 ? "seed \(summary.runs[0].seed)" : "\(summary.runs.count) seeds"
    var lines = [
      "\(summary.section.name): \(summary.section.title) (\(seeds), \(ProgressBar.time(summary.seconds)))"
    ]
    if let failure = summary.failure { lines.append("  failed: \(failure)") }
    if let reason = summary.incomparability { lines.append("  not comparable: \(reason)") }
    if !summary.figures.isEmpty { lines.append(consoleTable(summary.figures).plain(indent: 2)) }
    lines += summary.notes.map { "  \($0)" }
    return lines.joined(separator: "\n")
  }

  private func consoleTable(_ figures: [ComparedFigure]) -> TextTable {
    var table = TextTable("figure", right: "ours", "book", "band", "accepted", "verdict")
    for figure in figures {
      table.append([
        figure.name, figure.medianText, figure.isClaim ? "" : figure.bookText, figure.bandText,
        figure.acceptedText,
        figure.verdict.rawValue,
      ])
    }
    return table
  }

  private func markdown() -> String {
    var lines = [
      "# \(chapter.title)", "", "Written by `reproduce-\(chapter.name)` on \(environment.date).",
      "", overview().markdown(), "",
      "\(environment.processor), \(options.threads) of \(environment.cores) cores, "
        + "\(environment.operatingSystem). A value of ours is the median over the seeds. The band "
        + "is the spread of the book's own builds or of PyTorch's runs.",
    ]
    if environment.gnuplot == nil {
      lines += [
        "",
        "There are no pictures because gnuplot is not installed (Debian: `gnuplot-nox`); "
          + "the numbers behind them are in `plots/`.",
      ]
    }
    for part in sections { lines += ["", markdown(of: part)] }
    return lines.joined(separator: "\n") + "\n"
  }

  private func overview() -> TextTable {
    var table = TextTable("section", "title", right: "seeds", "time", "judged", "within")
    for summary in sections.map(\.summary) {
      let judged = summary.figures.filter { $0.verdict != .shown && $0.verdict != .notComparable }
      table.append([
        "[\(summary.section.name)](#\(summary.section.name))", summary.section.title,
        "\(summary.runs.count)", ProgressBar.time(summary.seconds), "\(judged.count)",
        "\(judged.count { $0.verdict == .within })",
      ])
    }
    return table
  }

  private func markdown(of part: Part) -> String {
    let summary = part.summary
    var lines = [
      "## \(summary.section.name)", "",
      "\(summary.section.title). Book: \(summary.section.reference).",
    ]
    if let failure = summary.failure { lines += ["", "**Failed:** \(failure)"] }
    if let reason = summary.incomparability { lines += ["", "**Not comparable:** \(reason)."] }
    if !summary.figures.isEmpty { lines += ["", reportTable(summary).markdown()] }
    if !summary.notes.isEmpty { lines += [""] + summary.notes.map { "- \($0)" } }
    for drawing in part.drawings {
      let links = [drawing.svg, drawing.png].compactMap(\.self) + drawing.data
      if let svg = drawing.svg { lines += ["", "![\(drawing.title)](\(svg))"] }
      lines += ["", "\(drawing.title): \(links.map(link).joined(separator: ", "))"]
    }
    return lines.joined(separator: "\n")
  }

  /// A link that shows the file's name.
  private func link(_ path: String) -> String {
    "[\(URL(fileURLWithPath: path).lastPathComponent)](\(path))"
  }

  private func reportTable(_ summary: SectionSummary) -> TextTable {
    var table = TextTable(
      "figure", "source", right: "ours", "each seed", "book", "band", "accepted", "verdict")
    for figure in summary.figures {
      table.append([
        figure.name, figure.published?.source.rawValue ?? "", figure.medianText,
        figure.values.count > 1 ? figure.values.map(figure.text).joined(separator: " ") : "",
        figure.bookText, figure.bandText, figure.acceptedText, figure.verdict.rawValue,
      ])
    }
    return table
  }
}
