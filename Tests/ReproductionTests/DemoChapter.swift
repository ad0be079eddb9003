import Foundation
import GannetTensor
import GannetTraining
import Reproduction
import Testing

/// A chapter of sections that compute next to nothing, and a folder and console of their own.
final class DemoChapter {
  let folder: URL
  private let printed = Locked((out: "", errors: ""))

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "reproduction-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// The text printed on standard output and standard error.
  var output: String { printed.withLock { $0.out } }
  var errors: String { printed.withLock { $0.errors } }

  /// A console that keeps what is printed, with a terminal nowhere and a clock that stands still.
  var console: Console {
    Console(
      print: { text in self.printed.withLock { $0.out += text + "\n" } },
      printError: { text in self.printed.withLock { $0.errors += text + "\n" } },
      progress: .init(
        write: { text in self.printed.withLock { $0.errors += text } }, columns: { nil },
        now: { 0 }))
  }

  /// Runs a chapter of `sections` in the folder and returns its exit status.
  func run(_ sections: [Section], _ arguments: String...) -> Int32 {
    run(sections, arguments)
  }

  func run(_ sections: [Section], _ arguments: [String]) -> Int32 {
    Chapter("demo", title: "A demonstration", sections: sections)
      .run(arguments + ["--output", folder.path], console: console)
  }

  func text(_ path: String) throws -> String {
    try String(contentsOf: folder.appending(path: path), encoding: .utf8)
  }

  func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: folder.appending(path: path).path)
  }

  func json(_ path: String) throws -> [String: Any] {
    let data = try Data(contentsOf: folder.appending(path: path))
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }
}
