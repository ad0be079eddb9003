import Foundation

/// Runs a program of the system to its end.
enum ChildProcess {
  struct Outcome {
    let status: Int32
    let output: String
    let errors: String

    /// Whether the program was not found.
    var isMissing: Bool { status == 127 }
  }

  /// Runs the program `arguments[0]`, whose standard error must fit into a pipe's buffer.
  static func run(_ arguments: String...) -> Outcome {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = arguments
    let output = Pipe()
    let errors = Pipe()
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = errors
    do {
      try process.run()
    } catch {
      return Outcome(status: 127, output: "", errors: error.localizedDescription)
    }
    let outputData = output.fileHandleForReading.readDataToEndOfFile()
    let errorData = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Outcome(
      status: process.terminationStatus,
      output: String(decoding: outputData, as: UTF8.self),
      errors: String(decoding: errorData, as: UTF8.self))
  }
}
