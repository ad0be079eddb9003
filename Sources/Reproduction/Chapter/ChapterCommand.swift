import ArgumentParser
import Foundation

/// The command line of all chapters.
struct ChapterCommand: ParsableCommand {
  /// The chapter of the command line, task-local because the parser takes the name from a type.
  @TaskLocal static var chapter = Chapter("none", title: "", sections: [])

  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "reproduce-\(chapter.name)",
      abstract: "Runs sections of the chapter \"\(chapter.title)\" and sets their figures beside "
        + "the book's.",
      discussion: "Sections: \(chapter.sections.map(\.name).joined(separator: ", ")).")
  }

  @Argument(help: "The sections to run; all by default.")
  var sections: [String] = []

  @Flag(name: .long, help: "Print the sections with their titles and times, and exit.")
  var list = false

  @Option(help: "Train for this many epochs instead of the book's.")
  var epochs: Int?

  @Option(help: "Run each section with these seeds, separated by commas (default: 0).")
  var seeds: Seeds?

  @Option(help: "Compute on this many threads (default: all cores).")
  var threads: Int?

  @Option(
    help: """
      Share each training among this many processes of this machine, by mpirun; 1, 2, 4 and 8 give \
      the same figures.
      """)
  var ranks: Int?

  @Option(help: "The folder with the data sets.", completion: .directory)
  var data: String?

  @Option(
    help: "The folder for results, plots and the report (default: output/CHAPTER).",
    completion: .directory)
  var output: String?

  @Option(
    help: "Also write index.html there, over the reports of the chapters in its folders.",
    completion: .directory)
  var index: String?

  @Flag(name: .long, help: "Take the same path through little data, under a minute in all.")
  var quick = false

  @Flag(
    name: .long, help: "Compute convolutions as plain products, for comparison with the fast ones.")
  var exact = false

  @Flag(
    name: .long,
    help: "Judge the median over seeds 0, 1, 2; exit 1 if a figure is off, 2 if not comparable.")
  var check = false

  @Flag(name: .long, help: "Resume an interrupted run from the output folder.")
  var resume = false

  func validate() throws {
    let known = Self.chapter.sections.map(\.name)
    for name in sections where !known.contains(name) {
      throw ValidationError(
        "There is no section '\(name)'. The sections are: \(known.joined(separator: ", ")).")
    }
    if let epochs, epochs < 1 { throw ValidationError("--epochs \(epochs): at least 1 is needed.") }
    if let threads, threads < 1 {
      throw ValidationError("--threads \(threads): at least 1 is needed.")
    }
    if let ranks, ranks < 1 { throw ValidationError("--ranks \(ranks): at least 1 is needed.") }
    if let data, !FileManager.default.isFolder(data) {
      throw ValidationError("--data \(data): there is no such folder.")
    }
    if check, let seeds, Set(seeds.values) != Set(RunOptions.checkedSeeds) {
      throw ValidationError("--check takes seeds 0, 1 and 2; leave --seeds out.")
    }
  }

  /// The command line as plain values, names resolved.
  func options() -> RunOptions {
    let chapter = Self.chapter
    let chosen = chapter.sections.filter { sections.isEmpty || sections.contains($0.name) }
    let folder = output ?? "output/\(chapter.name)"
    var options = RunOptions(
      sections: chosen, output: URL(fileURLWithPath: folder, isDirectory: true))
    options.epochs = epochs
    options.seeds = seeds?.values ?? (check ? RunOptions.checkedSeeds : options.seeds)
    options.threads = threads ?? options.threads
    options.data = data.map { URL(fileURLWithPath: $0, isDirectory: true) }
    options.index = index.map { URL(fileURLWithPath: $0, isDirectory: true) }
    options.isQuick = quick
    options.hasExactConvolutions = exact
    options.isCheck = check
    options.isResuming = resume
    options.ranks = ranks
    return options
  }
}

/// Seeds on the command line: `0,1,2`.
struct Seeds: ExpressibleByArgument {
  let values: [Int]

  /// Nil unless all parts are distinct non-negative integers.
  init?(argument: String) {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
    values = parts.compactMap { Int($0) }.filter { $0 >= 0 }
    guard values.count == parts.count, Set(values).count == values.count else { return nil }
  }
}

extension FileManager {
  func isFolder(_ path: String) -> Bool {
    var isDirectory: ObjCBool = false
    return fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory.boolValue
  }
}
