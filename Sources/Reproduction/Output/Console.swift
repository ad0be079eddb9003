import Foundation
import GannetTraining

/// Where a chapter prints; tests bring their own.
package struct Console {
  package let print: (String) -> Void
  package let printError: (String) -> Void
  /// Where progress bars are drawn.
  package let progress: ProgressBar.Device

  package init(
    print: @escaping (String) -> Void, printError: @escaping (String) -> Void,
    progress: ProgressBar.Device
  ) {
    self.print = print
    self.printError = printError
    self.progress = progress
  }

  /// Results on standard output; errors and progress on standard error.
  package static var standard: Console {
    Console(
      print: { FileHandle.standardOutput.write(Data(($0 + "\n").utf8)) },
      printError: { FileHandle.standardError.write(Data(($0 + "\n").utf8)) },
      progress: .standardError)
  }
}
