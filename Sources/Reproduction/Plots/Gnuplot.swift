import Foundation

/// The program gnuplot, where it is installed.
package struct Gnuplot: Sendable {
  package let executable: URL
  /// What it calls itself, such as `gnuplot 5.4 patchlevel 4`.
  package let version: String

  package init(executable: URL, version: String) {
    self.executable = executable
    self.version = version
  }

  /// The gnuplot of the search path; nil where there is none.
  package static let installed = find(in: ProcessInfo.processInfo.environment["PATH"] ?? "")

  /// The first gnuplot that answers, in the folders of `path`, which are separated by colons.
  package static func find(in path: String) -> Gnuplot? {
    for folder in path.split(separator: ":") {
      let file = URL(fileURLWithPath: String(folder)).appending(path: "gnuplot")
      guard FileManager.default.isExecutableFile(atPath: file.path) else { continue }
      guard let answer = try? run(file, ["--version"]), answer.status == 0 else { continue }
      return Gnuplot(
        executable: file, version: answer.text.trimmingCharacters(in: .whitespacesAndNewlines))
    }
    return nil
  }

  /// Runs a script; throws what gnuplot says where it fails.
  package func run(script: URL) throws {
    let answer = try Self.run(executable, [script.path])
    guard answer.status == 0 else {
      throw OutputError(description: "gnuplot could not draw it: \(answer.text)")
    }
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
