import Foundation
import GannetTraining

/// The settings of a section's run for one seed.
package struct SectionContext {
  /// The section that runs.
  package let section: Section
  /// The seed of everything random.
  package let seed: Int
  /// The number of epochs to train for: the book's, one in a quick run, or what the user asked for.
  package let epochs: Int
  /// Whether to run the same code on little data, within a few seconds.
  package let isQuick: Bool
  /// The number of threads to compute on.
  package let threads: Int
  /// The user's folder of data sets; nil to search the default locations.
  package let dataFolder: URL?
  /// An existing folder for checkpoints of this section and seed.
  ///
  /// It is initially empty, or holds an interrupted run's checkpoints when resuming, and is removed
  /// when the section has finished.
  package let checkpointFolder: URL
  package let console: Console
  /// The ranks that share each training; nil for this process alone.
  package var distribution: (any Distribution)?

  /// A progress bar for `total` steps of this section.
  package func progress(_ title: String, total: Int) -> ProgressBar {
    ProgressBar("\(section.name), \(title)", total: total, device: console.progress)
  }
}
