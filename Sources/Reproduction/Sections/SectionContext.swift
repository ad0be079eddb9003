import Foundation
import GannetTraining

/// What a section is given to run for one seed.
package struct SectionContext {
  /// The section that runs.
  package let section: Section
  /// The seed of everything random.
  package let seed: Int
  /// The number of epochs to train for: the book's, one in a quick run, or what the user asked for.
  package let epochs: Int
  /// Whether to take the same path through little data, within a few seconds.
  package let isQuick: Bool
  /// The number of threads to compute on.
  package let threads: Int
  /// Where the user says that the data sets lie; nil to search the usual places.
  package let dataFolder: URL?
  /// A folder of this section's and seed's own, for checkpoints; it exists.
  ///
  /// It is empty at first, keeps what an interrupted run left in it when the user asks to go on,
  /// and is removed once the section has finished.
  package let checkpointFolder: URL
  package let console: Console

  /// A progress bar for `total` steps of this section.
  package func progress(_ title: String, total: Int) -> ProgressBar {
    ProgressBar("\(section.name), \(title)", total: total, device: console.progress)
  }
}
