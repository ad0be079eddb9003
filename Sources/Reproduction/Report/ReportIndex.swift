import Foundation
import GannetTensor
import GannetTraining

/// An index over the reports of chapters, each in a folder of its own beside it.
struct ReportIndex {
  private let chapters: [(folder: String, metrics: Metrics)]

  /// Reads the results of the reports in the folders of `folder`.
  ///
  /// - Throws: ``OutputError`` where one cannot be read.
  init(of folder: URL) throws {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    chapters = try names.sorted().compactMap { name in
      let part = folder.appending(path: name)
      let file = part.appending(path: "metrics.json")
      let files = [file, part.appending(path: "report.html")]
      guard files.allSatisfy({ FileManager.default.fileExists(atPath: $0.path) }) else {
        return nil
      }
      do {
        return (name, try JSON.decoder.decode(Metrics.self, from: Data(contentsOf: file)))
      } catch {
        throw OutputError(
          description: "\(file.path) is not a result of this program's: delete it, or run its "
            + "chapter again. (\(error))")
      }
    }.sorted { ($0.metrics.number, $0.folder) < ($1.metrics.number, $1.folder) }
  }

  /// Writes `index.html` to `folder`.
  func write(to folder: URL) throws {
    try OutputFolder.write(
      Data(document.html().utf8), to: folder.appending(path: "index.html"))
  }

  var document: ReportDocument {
    ReportDocument(
      title: "Dive into Deep Learning, reproduced", kicker: "Gannet",
      verdicts: chapters.map(\.metrics.verdicts).reduce(VerdictCounts(), +),
      lead: [.table(overview)],
      parts: chapters.map { folder, metrics in
        ReportDocument.Part(
          name: metrics.chapter, title: metrics.title, outcome: metrics.outcome,
          blocks: [
            .facts(facts(of: metrics, at: "\(folder)/report.html")),
            .table(table(of: metrics, at: "\(folder)/report.html")),
          ])
      })
  }

  private var overview: ReportDocument.Table {
    var table = ReportDocument.Table(
      ["chapter"], numbers: ["sections", "time", "judged", "within"], ["outcome"])
    for (folder, metrics) in chapters {
      table.append(
        [.link(metrics.heading, to: "\(folder)/report.html")],
        ["\(metrics.sections.count)"],
        ["\(ProgressLine.time(metrics.sections.map(\.seconds).reduce(0, +)))"],
        ["\(metrics.verdicts.judged)"], ["\(metrics.verdicts[.within])"],
        [.outcome(metrics.outcome)])
    }
    return table
  }

  private func facts(of metrics: Metrics, at page: String) -> [ReportDocument.Fact] {
    let environment = metrics.environment
    let quick: ReportDocument.Span = metrics.isQuick ? ", a quick run on little data" : ""
    let machine =
      "\(environment.processor), \(environment.threads) of \(environment.cores) cores, "
      + "Gannet \(environment.gannet)"
    return [
      .init("Report", [.link(page, to: page), quick]), .init("Machine", machine),
      .init("Written", environment.time),
    ]
  }

  private func table(of metrics: Metrics, at page: String) -> ReportDocument.Table {
    var table = ReportDocument.Table(
      ["section", "book"], numbers: ["seeds", "time", "judged", "within"], ["outcome"])
    for section in metrics.sections {
      table.append(
        [.link(section.title, to: "\(page)#\(section.name)")], ["\(section.reference)"],
        ["\(section.runs.count)"], ["\(ProgressLine.time(section.seconds))"],
        ["\(section.verdicts.judged)"], ["\(section.verdicts[.within])"],
        [.outcome(section.outcome)])
    }
    return table
  }
}

extension Metrics {
  fileprivate var heading: String { number > 0 ? "\(number) \(title)" : title }

  fileprivate var verdicts: VerdictCounts {
    sections.map(\.verdicts).reduce(VerdictCounts(), +)
  }

  fileprivate var outcome: ReportDocument.Outcome {
    ReportDocument.Outcome(verdicts, hasFailed: sections.contains { $0.failure != nil })
  }
}

extension Metrics.Section {
  fileprivate var seconds: Double { runs.map(\.seconds).reduce(0, +) }

  fileprivate var verdicts: VerdictCounts { VerdictCounts(figures.map(\.verdict)) }

  fileprivate var outcome: ReportDocument.Outcome {
    ReportDocument.Outcome(verdicts, hasFailed: failure != nil)
  }
}
