import Foundation
import GannetTraining

/// The output of a chapter, replaceable in tests.
package struct Console {
  package let print: (String) -> Void
  package let printError: (String) -> Void
  /// The device of progress bars.
  package let progress: ProgressBar.Device

  package init(
    print: @escaping (String) -> Void, printError: @escaping (String) -> Void,
    progress: ProgressBar.Device
  ) {
    self.print = print
    self.printError = printError
    self.progress = progress
  }

  /// No output, of a rank other than the first.
  static var silent: Console {
    Console(
      print: { _ in }, printError: { _ in },
      progress: .init(write: { _ in }, columns: { nil }, now: { 0 }))
  }

  /// Results on standard output; errors and progress on standard error.
  package static var standard: Console {
    Console(
      print: { FileHandle.standardOutput.write(Data(($0 + "\n").utf8)) },
      printError: { FileHandle.standardError.write(Data(($0 + "\n").utf8)) },
      progress: .standardError)
  }
}
