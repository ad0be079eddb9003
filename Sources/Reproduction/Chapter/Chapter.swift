import Foundation
import GannetTensor

/// A chapter of the book as a program that runs its sections.
///
/// ```swift
/// Chapter("mlp", number: 5, title: "Multilayer perceptrons", sections: [mlpScratch, mlpConcise])
///   .main()
/// ```
package struct Chapter: Sendable {
  /// The chapter's part of the command's name: `mlp` for `reproduce-mlp`.
  package let name: String
  /// The chapter's number in the book; 0 for none.
  package let number: Int
  /// The title in the book.
  package let title: String
  /// The sections, in the book's order.
  package let sections: [Section]

  /// Stops where two sections have one name.
  package init(_ name: String, number: Int = 0, title: String, sections: [Section]) {
    guard Set(sections.map(\.name)).count == sections.count else {
      fail("Chapter \(name): two sections have one name: \(sections.map(\.name))")
    }
    self.name = name
    self.number = number
    self.title = title
    self.sections = sections
  }

  /// Runs the chapter with the command line's arguments and ends the process.
  package func main() -> Never {
    exit(run(Array(CommandLine.arguments.dropFirst()), console: .standard))
  }

  /// Runs the chapter with `arguments` and returns the exit status.
  package func run(_ arguments: [String], console: Console) -> Int32 {
    ChapterCommand.$chapter.withValue(self) {
      do {
        let command = try ChapterCommand.parse(arguments)
        if command.list {
          console.print(sectionTable().plain())
          return ExitStatus.success.rawValue
        }
        // Before the options, since ranks share the threads.
        let distribution = try command.ranks.map(Ranks.start)
        let run = ChapterRun(
          chapter: self, options: command.options(),
          console: distribution?.isFirst ?? true ? console : .silent, distribution: distribution)
        return try run.execute().rawValue
      } catch {
        let status = ChapterCommand.exitCode(for: error)
        let message = ChapterCommand.fullMessage(for: error)
        if status.isSuccess { console.print(message) } else { console.printError(message) }
        return status.rawValue
      }
    }
  }

  /// The sections with their titles and times.
  package func sectionTable() -> TextTable {
    var table = TextTable("section", "title", "book", right: "seconds a seed")
    for section in sections {
      table.append([
        section.name, section.title, section.reference, String(format: "%.0f", section.seconds),
      ])
    }
    return table
  }
}

/// The exit status of a chapter; misuse of the command line exits with 64.
package enum ExitStatus: Int32 {
  case success = 0
  /// A section failed, or `--check` found a figure outside its accepted interval.
  case failure = 1
  /// `--check` cannot compare: a quick run, other epochs, or other data than the book's.
  case notComparable = 2
  /// The user stopped the run; `--resume` continues it.
  case interrupted = 130
}
