import Foundation
import GannetTensor

/// What the user asked a chapter to do.
package struct RunOptions {
  /// The seeds that `--check` takes the median over, whoever runs it.
  package static let checkedSeeds = [0, 1, 2]

  /// The sections to run, in the chapter's order.
  package var sections: [Section]
  /// Epochs to train for in place of the book's.
  package var epochs: Int?
  /// The seeds to run each section with.
  package var seeds = [0]
  /// The number of threads to compute on. Default: what the thread pool takes by itself.
  package var threads = ThreadPool.shared.threadCount
  /// Where the data sets lie.
  package var data: URL?
  /// Where results, plots and the report go.
  package var output: URL
  package var isQuick = false
  /// Whether convolutions take no shortcut (Winograd's) that rounds otherwise.
  package var hasExactConvolutions = false
  /// Whether the exit status tells if every figure lies in its accepted interval.
  package var isCheck = false
  /// Whether to go on with what an interrupted run left in the output folder.
  package var isResuming = false

  package init(sections: [Section], output: URL) {
    self.sections = sections
    self.output = output
  }

  /// The seeds that `section` runs with: one is enough where chance has no part.
  package func seeds(of section: Section) -> [Int] {
    section.isSeeded ? seeds : Array(seeds.prefix(1))
  }

  /// The epochs that `section` trains for.
  package func epochs(of section: Section) -> Int {
    section.epochs == 0 ? 0 : epochs ?? (isQuick ? 1 : section.epochs)
  }

  /// The seconds that `section` should take on two cores; nil for a quick run, which is never long.
  package func estimate(of section: Section) -> Double? {
    guard !isQuick else { return nil }
    let share = section.epochs == 0 ? 1 : Double(epochs(of: section)) / Double(section.epochs)
    return section.seconds * share * Double(seeds(of: section).count)
  }
}
