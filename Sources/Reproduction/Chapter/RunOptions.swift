import Foundation
import GannetTensor

/// The options of a chapter's run.
package struct RunOptions {
  /// The seeds of `--check`, over which it takes the median.
  package static let checkedSeeds = [0, 1, 2]

  /// The sections to run, in the chapter's order.
  package var sections: [Section]
  /// The number of epochs; the book's by default.
  package var epochs: Int?
  /// The seeds to run each section with.
  package var seeds = [0]
  /// The number of threads; the thread pool's by default.
  package var threads = ThreadPool.shared.threadCount
  /// The folder of the data sets.
  package var data: URL?
  /// The folder for results, plots and the report.
  package var output: URL
  /// The folder for an index over the reports in its folders; nil for none.
  package var index: URL?
  package var isQuick = false
  /// Whether convolutions are exact, without Winograd's.
  package var hasExactConvolutions = false
  /// Whether the exit status tells if all figures are in their accepted intervals.
  package var isCheck = false
  /// Whether to resume an interrupted run from the output folder.
  package var isResuming = false
  /// The number of processes that share each training; nil for this one alone.
  package var ranks: Int?

  package init(sections: [Section], output: URL) {
    self.sections = sections
    self.output = output
  }

  /// The seeds of `section`; only one for a deterministic section.
  package func seeds(of section: Section) -> [Int] {
    section.isSeeded ? seeds : Array(seeds.prefix(1))
  }

  /// The epochs that `section` trains for.
  package func epochs(of section: Section) -> Int {
    section.epochs == 0 ? 0 : epochs ?? (isQuick ? 1 : section.epochs)
  }

  /// The estimated seconds of `section` on two cores; nil for a quick run.
  package func estimate(of section: Section) -> Double? {
    guard !isQuick else { return nil }
    let share = section.epochs == 0 ? 1 : Double(epochs(of: section)) / Double(section.epochs)
    return section.seconds * share * Double(seeds(of: section).count)
  }
}
