import Foundation
import Testing

/// An example as a user runs it: a process with arguments.
struct Program {
  struct Outcome {
    let status: Int32
    let output: String
    let errors: String
  }

  let process = Process()
  private let output: URL
  private let errors: URL

  /// Starts an example, or `launcher` with it and its arguments as last arguments.
  init(
    _ name: String, _ arguments: [String], by launcher: (path: URL, arguments: [String])? = nil
  ) throws {
    let program = Bundle.main.bundleURL.appending(path: name)
    process.executableURL = launcher?.path ?? program
    process.arguments = (launcher.map { $0.arguments + [program.path] } ?? []) + arguments
    process.environment = ProcessInfo.processInfo.environment
      .merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 }
    let files = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    (output, errors) = (files.appendingPathExtension("out"), files.appendingPathExtension("err"))
    for file in [output, errors] { try Data().write(to: file) }
    process.standardInput = FileHandle.nullDevice
    // Files, because a pipe that nobody reads blocks the program.
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    try process.run()
  }

  /// The text on the program's standard error so far.
  var messages: String { (try? String(contentsOf: errors, encoding: .utf8)) ?? "" }

  /// Waits for its end.
  func outcome() throws -> Outcome {
    process.waitUntilExit()
    defer { for file in [output, errors] { try? FileManager.default.removeItem(at: file) } }
    return Outcome(
      status: process.terminationStatus, output: try String(contentsOf: output, encoding: .utf8),
      errors: messages)
  }

  /// The output of an example that is to succeed.
  static func run(
    _ name: String, _ arguments: [String], sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> String {
    let outcome = try Program(name, arguments).outcome()
    try #require(outcome.status == 0, "\(outcome)", sourceLocation: sourceLocation)
    return outcome.output
  }

  /// Expects an example to end by a message with all of `words`, rather than by a trap.
  static func expectError(
    _ name: String, _ arguments: [String], _ words: String...,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let program = try Program(name, arguments)
    let outcome = try program.outcome()
    #expect(
      program.process.terminationReason == .exit && outcome.status != 0
        && outcome.errors.contains("Error: "), "\(outcome)", sourceLocation: sourceLocation)
    for word in words {
      #expect(outcome.errors.contains(word), "\(outcome)", sourceLocation: sourceLocation)
    }
  }
}

/// A folder for one test's files.
final class TemporaryFolder {
  let url = FileManager.default.temporaryDirectory.appending(path: "gannet-\(UUID().uuidString)")

  init() throws {
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// The path of a file in it.
  func path(_ name: String) -> String { url.appending(path: name).path }

  /// Writes a file, with the folders on the way to it, and returns its path.
  @discardableResult
  func write(_ bytes: some Sequence<UInt8>, _ name: String) throws -> String {
    let file = url.appending(path: name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: file)
    return file.path
  }

  @discardableResult
  func write(_ text: String, _ name: String) throws -> String { try write(text.utf8, name) }
}

extension String {
  /// The number behind the last occurrence of `words`, or nil.
  func number(after words: String) -> Double? {
    guard let range = range(of: words, options: .backwards) else { return nil }
    return self[range.upperBound...].split(whereSeparator: \.isWhitespace).first.flatMap {
      Double($0)
    }
  }
}
