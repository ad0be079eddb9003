/// The contents of `metrics.json`: all measurements of a run, for other programs.
struct Metrics: Codable {
  struct Bounds: Codable {
    let low: Double
    let high: Double

    init(_ range: ClosedRange<Double>) {
      low = range.lowerBound
      high = range.upperBound
    }
  }

  struct Figure: Codable {
    let name: String
    let median: Double?
    let published: Double?
    let band: Bounds?
    let runs: Int?
    let accepted: Bounds?
    let verdict: Verdict
    let source: String?
  }

  struct Run: Codable {
    let seed: Int
    let threads: Int
    let seconds: Double
    let figures: [String: Double]
    let curves: [Curve]
    let notes: [String]
  }

  struct Section: Codable {
    let name: String
    let title: String
    let reference: String
    let epochs: Int
    let failure: String?
    let incomparability: String?
    let figures: [Figure]
    let runs: [Run]
  }

  let chapter: String
  let number: Int
  let title: String
  let isQuick: Bool
  let environment: RunEnvironment
  let sections: [Section]

  init(
    chapter: Chapter, options: RunOptions, environment: RunEnvironment, summaries: [SectionSummary]
  ) {
    self.chapter = chapter.name
    number = chapter.number
    title = chapter.title
    isQuick = options.isQuick
    self.environment = environment
    sections = summaries.map { summary in
      Section(
        name: summary.section.name, title: summary.section.title,
        reference: summary.section.reference, epochs: options.epochs(of: summary.section),
        failure: summary.failure, incomparability: summary.incomparability,
        figures: summary.figures.map(Figure.init), runs: summary.runs.map(Run.init))
    }
  }
}

extension Metrics.Figure {
  init(_ figure: ComparedFigure) {
    name = figure.name
    median = figure.median
    published = figure.published?.value
    band = figure.published?.criterion.band.map { .init($0.range) }
    runs = figure.published?.criterion.band?.runs
    accepted = figure.published?.criterion.accepted.map { .init($0) }
    verdict = figure.verdict
    source = figure.published?.source.rawValue
  }
}

extension Metrics.Run {
  init(_ run: StoredResult) {
    seed = run.seed
    threads = run.threads
    seconds = run.seconds
    figures = Dictionary(run.result.figures.map { ($0.name, $0.value) }) { _, last in last }
    curves = run.result.curves
    notes = run.result.notes.map(\.line)
  }
}
