import Foundation
import Gannet
import GannetPlots

/// The machine and the programs of a run.
package struct RunEnvironment: Codable, Sendable, Equatable {
  package let date: String
  /// Gannet's version.
  package let gannet: String
  /// OpenBLAS's kernel for the processor.
  package let blasKernel: String
  package let operatingSystem: String
  package let processor: String
  package let cores: Int
  package let threads: Int
  /// The version of gnuplot; nil where it is not installed.
  package let gnuplot: String?

  /// The environment of this process.
  package static func current(threads: Int) -> RunEnvironment {
    RunEnvironment(
      date: Date().formatted(.iso8601),
      gannet: BuildInfo.version,
      blasKernel: BuildInfo.blasKernel,
      operatingSystem: value(of: "PRETTY_NAME", in: "/etc/os-release", separator: "=")
        ?? ProcessInfo.processInfo.operatingSystemVersionString,
      processor: value(of: "model name", in: "/proc/cpuinfo", separator: ":") ?? "unknown",
      cores: ProcessInfo.processInfo.activeProcessorCount,
      threads: threads,
      gnuplot: DrawingProgram.gnuplot?.version)
  }

  /// The date and the time for people: `2026-11-27 21:27 UTC`.
  var time: String {
    guard date.count == 20, date.hasSuffix("Z") else { return date }
    return "\(date.prefix(10)) \(date.dropFirst(11).prefix(5)) UTC"
  }

  /// The first value under `key` of a file of `key separator value` lines.
  private static func value(of key: String, in path: String, separator: Character) -> String? {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
    let quotesAndBlanks = CharacterSet(charactersIn: "\" \t")
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: separator, maxSplits: 1)
      guard parts.count == 2, parts[0].trimmingCharacters(in: quotesAndBlanks) == key else {
        continue
      }
      return parts[1].trimmingCharacters(in: quotesAndBlanks)
    }
    return nil
  }
}
