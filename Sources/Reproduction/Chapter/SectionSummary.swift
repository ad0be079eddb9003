import GannetPlots

/// A section's results over its seeds, compared to the book's figures.
package struct SectionSummary: Sendable {
  package let section: Section
  /// The result of each seed, in order.
  package let runs: [StoredResult]
  /// The reason that the section did not finish; nil if it did.
  package let failure: String?
  /// The reason that the figures are not comparable; nil if they are.
  package let incomparability: String?
  /// The section's figures in order, followed by missing published ones.
  package let figures: [ComparedFigure]
  /// Whether the data is the book's, so that curves compare at equal epochs, of a shorter training too.
  package let hasBookData: Bool
  /// The section's curves, in order.
  package let curves: [ComparedCurve]

  package init(
    section: Section, runs: [StoredResult], options: RunOptions, failure: String? = nil
  ) {
    self.section = section
    self.runs = runs
    self.failure = failure
    let reason = Self.incomparability(section, runs: runs, options: options)
    incomparability = reason

    var names: [String] = []
    for name in runs.flatMap({ $0.result.figures.map(\.name) }) + section.published.map(\.name)
    where !names.contains(name) {
      names.append(name)
    }
    figures = names.map { name in
      ComparedFigure(
        name: name, values: runs.compactMap { $0.result[name] },
        published: section.published.first { $0.name == name }, isComparable: reason == nil)
    }

    hasBookData = !options.isQuick && runs.allSatisfy { $0.result.fallback == nil }
    let isAsLong = [0, options.epochs(of: section)].contains(section.epochs)
    var curveNames: [String] = []
    for curve in runs.flatMap(\.result.curves) where !curveNames.contains(curve.name) {
      curveNames.append(curve.name)
    }
    curves = curveNames.map { name in
      ComparedCurve(
        name, runs: runs.compactMap { run in run.result.curves.first { $0.name == name } },
        published: section.publishedCurves.first { $0.name == name },
        end: section.published.first { $0.name == name },
        bookEpochs: isAsLong ? nil : section.epochs)
    }
  }

  /// The time that all seeds took.
  package var seconds: Double { runs.map(\.seconds).reduce(0, +) }

  /// The numbers of figures by verdict.
  package var verdicts: VerdictCounts { VerdictCounts(figures.map(\.verdict)) }

  /// The plots of the first seed, with the curves of all seeds and the published ones.
  package var plots: [Plot] { (runs.first?.result.plots ?? []).map { $0.comparing(curves) } }

  /// The notes of the first seed.
  package var notes: [Note] { runs.first?.result.notes ?? [] }

  private static func incomparability(
    _ section: Section, runs: [StoredResult], options: RunOptions
  ) -> String? {
    if options.isQuick { return "a quick run on little data" }
    if options.epochs(of: section) != section.epochs {
      return "\(options.epochs(of: section)) epochs in place of \(section.epochs)"
    }
    return runs.lazy.compactMap(\.result.fallback).first
  }
}
