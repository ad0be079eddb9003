import Foundation
import GannetTensor
import GannetTraining

/// A run of a chapter: runs its sections and reports each on the console and in the report.
struct ChapterRun {
  let chapter: Chapter
  let options: RunOptions
  let console: Console
  /// The ranks that share each training; nil for this process alone.
  let distribution: (any Distribution)?

  /// Runs the requested sections; a failing one does not stop the others.
  func execute() throws -> ExitStatus {
    let folder = try outputFolder()
    defer { if !isFirst { try? FileManager.default.removeItem(at: folder.url) } }
    if !options.isResuming { try forgetEarlierRuns(in: folder) }
    ThreadPool.shared.threadCount = options.threads
    announce()

    let start = ProcessInfo.processInfo.systemUptime
    var report = Report(chapter: chapter, options: options)
    for section in options.sections {
      do {
        let summary = try run(section, in: folder)
        guard isFirst else { continue }
        let drawings = try PlotWriter(folder: folder, console: console).draw(summary)
        report.add(summary, drawings: drawings)
        console.print("\n" + report.consoleText(of: summary))
      } catch is CancellationError {
        console.print("\nInterrupted. The same command with --resume goes on from here.")
        // The first rank that ends with this status ends the others.
        distribution?.barrier(for: "the end of an interrupted run")
        return .interrupted
      }
      try report.write(to: folder)
      writeIndex()
    }
    let took = ProgressLine.time(ProcessInfo.processInfo.systemUptime - start)
    let count = report.sections.count
    console.print(
      "\n\(count) section\(count == 1 ? "" : "s") in \(took): \(folder.url("report.html").path)")
    return conclude(report.sections.map(\.summary))
  }

  /// Writes the index over the chapters' reports, where one is wanted.
  private func writeIndex() {
    guard let folder = options.index else { return }
    do {
      try ReportIndex(of: folder).write(to: folder)
    } catch {
      console.printError("index.html is not written: \(error)")
    }
  }

  private var isFirst: Bool { distribution?.isFirst ?? true }

  /// The folder of the output, which that of other ranks than the first leaves no trace of.
  private func outputFolder() throws -> OutputFolder {
    guard !isFirst else { return try OutputFolder(options.output) }
    let name = "gannet-rank-\(ProcessInfo.processInfo.processIdentifier)"
    return try OutputFolder(FileManager.default.temporaryDirectory.appending(path: name))
  }

  /// The result of an earlier run, that of the first rank on all.
  private func earlierResult(_ key: ResultKey, in folder: OutputFolder) throws -> StoredResult? {
    let result = isFirst ? try folder.result(key) : nil
    guard let distribution else { return result }
    return try distribution.broadcast(result, for: "the result of an earlier run")
  }

  /// Runs a section with each seed, or takes the result of an earlier run.
  private func run(_ section: Section, in folder: OutputFolder) throws -> SectionSummary {
    var runs: [StoredResult] = []
    for seed in options.seeds(of: section) {
      let key = ResultKey(section, seed: seed, options: options)
      if let finished = try earlierResult(key, in: folder) {
        runs.append(finished)
        continue
      }
      let context = SectionContext(
        section: section, seed: seed, epochs: options.epochs(of: section),
        isQuick: options.isQuick, threads: options.threads, dataFolder: options.data,
        checkpointFolder: try folder.checkpoints(key), console: console,
        distribution: distribution)
      let start = ProcessInfo.processInfo.systemUptime
      let result: SectionResult
      do {
        result =
          options.hasExactConvolutions
          ? try withExactConvolutions { try section.run(context) } : try section.run(context)
      } catch let error where !(error is CancellationError) {
        return SectionSummary(
          section: section, runs: runs, options: options, failure: "seed \(seed): \(error)")
      }
      let stored = StoredResult(
        section: section.name, seed: seed, threads: options.threads,
        seconds: ProcessInfo.processInfo.systemUptime - start, result: result,
        environment: .current(threads: options.threads))
      try folder.keep(stored, as: key)
      runs.append(stored)
    }
    return SectionSummary(section: section, runs: runs, options: options)
  }

  private func forgetEarlierRuns(in folder: OutputFolder) throws {
    for section in options.sections {
      for seed in options.seeds(of: section) {
        try folder.forget(ResultKey(section, seed: seed, options: options))
      }
    }
  }

  /// Prints the sections to run with the estimated time.
  private func announce() {
    var table = TextTable("section", "title", right: "seeds", "about")
    for section in options.sections {
      let estimate = options.estimate(of: section).map(ProgressLine.time) ?? "seconds"
      table.append([
        section.name, section.title, "\(options.seeds(of: section).count)", estimate,
      ])
    }
    let seconds = options.sections.compactMap(options.estimate).reduce(0, +)
    let total =
      options.isQuick
      ? "a quick run of under a minute" : "about \(ProgressLine.time(seconds)) on two cores"
    console.print("\(chapter.title): \(total)\n\n\(table.plain(indent: 2))")
    if DrawingProgram.gnuplot == nil {
      console.print(
        "\n  gnuplot is not installed (Debian: gnuplot-nox): no pictures, only their numbers.")
    }
  }

  /// Prints failed sections and, for a check, figures out of their intervals.
  private func conclude(_ summaries: [SectionSummary]) -> ExitStatus {
    let failed = summaries.filter { $0.failure != nil }
    if !failed.isEmpty {
      console.printError("failed: " + failed.map(\.section.name).joined(separator: ", "))
    }
    guard options.isCheck else { return failed.isEmpty ? .success : .failure }

    let off = summaries.filter { $0.failure == nil }.flatMap { summary in
      summary.figures.compactMap(\.complaint).map { "\(summary.section.name): \($0)" }
    }
    if !off.isEmpty { console.printError("check: " + off.joined(separator: "\n       ")) }
    guard failed.isEmpty, off.isEmpty else { return .failure }

    let other = summaries.compactMap { summary in
      summary.incomparability.map { "\(summary.section.name) (\($0))" }
    }
    guard other.isEmpty else {
      console.printError("check: not comparable: " + other.joined(separator: ", "))
      return .notComparable
    }
    console.print("check: every figure lies in its accepted interval")
    return .success
  }
}
