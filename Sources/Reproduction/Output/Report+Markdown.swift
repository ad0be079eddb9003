import Foundation
import GannetTensor
import GannetTraining

extension Report {
  /// The complete report: the machine, an overview, and each section with its table and plots.
  func markdown() -> String {
    let machine =
      "\(environment.processor), \(options.threads) of \(environment.cores) cores, "
      + "\(environment.operatingSystem), Gannet \(environment.gannet), OpenBLAS kernel "
      + "\(environment.blasKernel)."
    var lines = [
      "# \(chapter.title)", "", "Written by `reproduce-\(chapter.name)` on \(environment.date).",
      machine, "", overview().markdown(), "",
      "A value of ours is the median over the seeds. The band is the spread of the published "
        + "runs, the accepted interval is where a value of ours must lie.",
    ]
    if environment.gnuplot == nil {
      lines += [
        "",
        "There are no pictures because gnuplot is not installed (Debian: `gnuplot-nox`); "
          + "the numbers behind them are in `plots/`.",
      ]
    }
    for part in sections { lines += ["", markdown(of: part)] }
    lines += ["", "## Sources", ""]
    lines += PublishedFigure.Source.allCases.map { "- \($0.rawValue): \($0.explanation)" }
    return lines.joined(separator: "\n") + "\n"
  }

  private func overview() -> TextTable {
    var table = TextTable("section", "title", right: "seeds", "time", "judged", "within")
    for summary in sections.map(\.summary) {
      let judged = summary.figures.filter { $0.verdict != .shown && $0.verdict != .notComparable }
      table.append([
        "[\(summary.section.name)](#\(summary.section.name))", summary.section.title,
        "\(summary.runs.count)", ProgressLine.time(summary.seconds), "\(judged.count)",
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
        figure.bookText, figure.bandText, figure.acceptedText, figure.verdictText,
      ])
    }
    return table
  }
}
