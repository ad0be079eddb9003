#if MPI
import Foundation
import Testing

/// Runs of the probe on several ranks of this machine.
enum Ranks {
  struct Outcome {
    let status: Int32
    let output: String
    let errors: String
    let seconds: Double
  }

  /// Runs the probe on `count` ranks by `scripts/distributed`, or on none without MPI's launcher.
  ///
  /// - Parameter running: What to do with the process meanwhile.
  static func run(
    _ count: Int?, _ arguments: [String], options: [String] = [],
    whileRunning running: (Process) throws -> Void = { _ in }
  ) throws -> Outcome {
    let process = Process()
    let root = URL(filePath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let probe = Bundle.main.bundleURL.appending(path: "distributed-probe")
    if let count {
      process.executableURL = root.appending(path: "scripts/distributed")
      process.arguments = ["-n", "\(count)", "--threads", "1"] + options + [probe.path] + arguments
    } else {
      process.executableURL = probe
      process.arguments = arguments
    }
    let (output, errors) = (try TemporaryOutput(), try TemporaryOutput())
    // Open MPI's plugins are unloaded at the end, without frame pointers: what they leave behind is
    // recognized by the frames below them, for which AddressSanitizer has to unwind in full.
    process.environment = ProcessInfo.processInfo.environment.merging(
      ["SWIFT_BACKTRACE": "enable=no", "ASAN_OPTIONS": "fast_unwind_on_malloc=0"]) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output.handle
    process.standardError = errors.handle
    let start = ContinuousClock.now
    try withSignals { try process.run() }
    try running(process)
    process.waitUntilExit()
    return Outcome(
      status: process.terminationStatus, output: try output.text(), errors: try errors.text(),
      seconds: (ContinuousClock.now - start) / .seconds(1))
  }

  /// Runs `body` with no signal blocked, as Swift's threads do and processes inherit.
  private static func withSignals(_ body: () throws -> Void) rethrows {
    var (none, before) = (sigset_t(), sigset_t())
    sigemptyset(&none)
    pthread_sigmask(SIG_SETMASK, &none, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    try body()
  }

  /// The probe's processes that have `argument` among their arguments.
  static func processes(with argument: String) -> [pid_t] {
    let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return all.compactMap { pid_t($0) }.filter { process in
      let line = (try? Data(contentsOf: URL(filePath: "/proc/\(process)/cmdline"))) ?? Data()
      let words = line.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
      return words.first?.hasSuffix("/distributed-probe") == true
        && words.contains { $0.hasSuffix(argument) }
    }
  }

  /// The output of a run that is to succeed.
  static func bits(
    _ count: Int?, _ arguments: [String], sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> String {
    let outcome = try run(count, arguments)
    try #require(
      outcome.status == 0 && outcome.output.contains("model "), "\(outcome)",
      sourceLocation: sourceLocation)
    return outcome.output
  }
}

/// A file for the output of a process, which may be longer than a pipe holds.
private final class TemporaryOutput {
  private let url = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
  let handle: FileHandle

  init() throws {
    try Data().write(to: url)
    handle = try FileHandle(forWritingTo: url)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func text() throws -> String { try String(contentsOf: url, encoding: .utf8) }
}
#endif
