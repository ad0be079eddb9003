import Foundation
import GannetData

/// A failure of a drawing program, with its error output.
public struct DrawingError: Error, CustomStringConvertible {
  public let description: String
}

/// An installed program that draws pictures.
package struct DrawingProgram: Sendable {
  package let executable: URL
  /// The program's version text, such as `gnuplot 5.4 patchlevel 4`.
  package let version: String

  package init(executable: URL, version: String) {
    self.executable = executable
    self.version = version
  }

  /// gnuplot in the search path, for plots; nil if not installed.
  package static let gnuplot = find("gnuplot", askedBy: "--version")
  /// Graphviz's dot, for graphs; nil if not installed.
  package static let dot = find("dot", askedBy: "-V")

  /// Finds the first program of this name that reports its version, in the colon-separated folders
  /// of `path`.
  package static func find(
    _ name: String, askedBy option: String,
    in path: String = ProcessInfo.processInfo.environment["PATH"] ?? ""
  ) -> DrawingProgram? {
    for folder in path.split(separator: ":") {
      let file = URL(fileURLWithPath: String(folder)).appending(path: name)
      guard FileManager.default.isExecutableFile(atPath: file.path) else { continue }
      guard let answer = try? run(file, [option]), answer.status == 0 else { continue }
      return DrawingProgram(
        executable: file, version: answer.text.trimmingCharacters(in: .whitespacesAndNewlines))
    }
    return nil
  }

  /// Runs the program; throws its error output if it fails.
  package func run(_ arguments: [String]) throws {
    let answer = try Self.run(executable, arguments)
    guard answer.status == 0 else {
      throw DrawingError(
        description: "\(executable.lastPathComponent) could not draw it: \(answer.text)")
    }
  }

  /// Draws to `file`, which appears whole or not at all. `command` makes, for a file to be drawn, the
  /// text of a script and the program's arguments before the script.
  package func draw(
    to file: URL, command: (_ path: String) -> (script: String, arguments: [String])
  ) throws {
    let script = file.appendingPathExtension("script")
    let unfinished = file.appendingPathExtension("unfinished")
    defer {
      for file in [script, unfinished] { try? FileManager.default.removeItem(at: file) }
    }
    let (text, arguments) = command(unfinished.path)
    try OutputFile.write(to: script) { try $0.write(text.utf8) }
    try run(arguments + [script.path])
    let picture = try Data(contentsOf: unfinished)
    try OutputFile.write(to: file) { try $0.write(picture) }
  }

  private static func run(
    _ executable: URL, _ arguments: [String]
  ) throws -> (status: Int32, text: String) {
    let process = Process()
    let pipe = Pipe()
    process.executableURL = executable
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }
}
