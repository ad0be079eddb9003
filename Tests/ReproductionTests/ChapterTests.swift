import Foundation
import GannetTensor
import Reproduction
import Testing

@Suite("A chapter's command line, exit status and output")
struct ChapterTests {
  /// A seeded section whose loss for seed s is `losses[s]`, accepted from 0 to 4.
  private func seeded(
    _ name: String = "seeded", losses: [Double] = [2, 3, 100], fallback: String? = nil
  ) -> Section {
    Section(
      name, title: "Losses", reference: "1.1, losses", seconds: 60, epochs: 10,
      published: [PublishedFigure.band("loss", book: 2, 1, 2, 3)]
    ) { context in
      let curve = Curve("loss", epochs: [1, 2], values: [5, losses[context.seed]])
      return SectionResult(
        figures: [
          .ours("loss"): losses[context.seed], .ours("epochs"): Double(context.epochs),
        ],
        curves: [curve],
        plots: [
          Plot("curves", title: "Loss", curves: [curve])
        ],
        notes: ["it has"], fallback: fallback)
    }
  }

  private let exact = Section(
    "exact", title: "A trace", reference: "8.1", seconds: 1, isSeeded: false,
    published: [PublishedFigure.exact("end", "0.25")]
  ) { _ in SectionResult(figures: [.ours("end"): 0.2501]) }

  @Test("--check passes where the median over seeds 0, 1, 2 lies in the accepted interval")
  func checkPasses() throws {
    let demo = try DemoChapter()
    #expect(demo.run([seeded(), exact], "--check") == 0)
    #expect(demo.output.contains("every figure lies in its accepted interval"))
    let sections = try #require(try demo.json("metrics.json")["sections"] as? [[String: Any]])
    let figures = try #require(sections[0]["figures"] as? [[String: Any]])
    #expect(figures[0]["median"] as? Double == 3)
    #expect(figures[0]["verdict"] as? String == "within")
    #expect((sections[0]["runs"] as? [Any])?.count == 3)
    #expect((sections[1]["runs"] as? [Any])?.count == 1)
  }

  @Test("--check exits 1 where a figure lies outside, and names it")
  func checkFails() throws {
    let demo = try DemoChapter()
    #expect(demo.run([seeded(losses: [2, 5, 100]), exact], "--check") == 1)
    #expect(demo.errors.contains("seeded: loss is 5, accepted [0, 4], book: 2"))
    #expect(demo.run([seeded(losses: [2, 5, 100])], "--seeds", "0,1,2") == 0)
  }

  @Test("--check exits 1 where a published figure was not reported")
  func checkMisses() throws {
    let silent = Section(
      "silent", title: "", reference: "", seconds: 1, published: [PublishedFigure.exact("end", "1")]
    ) { _ in SectionResult() }
    let demo = try DemoChapter()
    #expect(demo.run([silent], "--check") == 1)
    #expect(demo.errors.contains("silent: end was not reported"))
  }

  @Test("--check exits 2 for a quick run, for other epochs and for other data")
  func checkNotComparable() throws {
    let demo = try DemoChapter()
    #expect(demo.run([seeded()], "--check", "--quick") == 2)
    #expect(demo.run([seeded()], "--check", "--epochs", "3") == 2)
    #expect(demo.errors.contains("3 epochs in place of 10"))
    #expect(demo.run([seeded()], "--check", "--epochs", "10") == 0)
    #expect(demo.run([seeded(fallback: "the text is the GPL")], "--check") == 2)
    #expect(demo.errors.contains("the text is the GPL"))
    // A figure off in another section outranks it.
    let off = seeded("off", losses: [9, 9, 9])
    #expect(demo.run([off, seeded(fallback: "the text is the GPL")], "--check") == 1)
  }

  @Test("A quick run trains one epoch, other epochs are passed on")
  func epochs() throws {
    let demo = try DemoChapter()
    func epochs(_ arguments: String...) throws -> Double? {
      #expect(demo.run([seeded()], arguments) == 0)
      let sections = try #require(try demo.json("metrics.json")["sections"] as? [[String: Any]])
      return (sections[0]["figures"] as? [[String: Any]])?.last?["median"] as? Double
    }
    #expect(try epochs() == 10)
    #expect(try epochs("--quick") == 1)
    #expect(try epochs("--epochs", "4") == 4)
  }

  @Test(
    "What the command line cannot mean is refused with status 64",
    arguments: [
      (["nothing"], "There is no section 'nothing'. The sections are: seeded."),
      (["--epochs", "0"], "--epochs 0: at least 1 is needed."),
      (["--epochs", "many"], "The value 'many' is invalid for '--epochs <epochs>'"),
      (["--threads", "0"], "--threads 0: at least 1 is needed."),
      (["--seeds", "0,x"], "The value '0,x' is invalid for '--seeds <seeds>'"),
      (["--seeds", "1,1"], "The value '1,1' is invalid for '--seeds <seeds>'"),
      (["--data", "/nowhere"], "--data /nowhere: there is no such folder."),
      (["--check", "--seeds", "3,4,5"], "--check takes seeds 0, 1 and 2"),
      (["--fast"], "Unknown option '--fast'"),
    ])
  func refused(arguments: [String], message: String) throws {
    let demo = try DemoChapter()
    let chapter = Chapter("demo", title: "A demonstration", sections: [seeded()])
    #expect(chapter.run(arguments, console: demo.console) == 64)
    #expect(demo.errors.contains(message))
    #expect(demo.output.isEmpty)
  }

  @Test("--list and --help name the sections and run none")
  func list() throws {
    let demo = try DemoChapter()
    #expect(demo.run([seeded(), exact], "--list") == 0)
    #expect(demo.output.contains("seeded   Losses   1.1, losses"))
    #expect(demo.run([seeded(), exact], "--help") == 0)
    #expect(demo.output.contains("USAGE: reproduce-demo [<options>] [<sections> ...]"))
    #expect(demo.output.contains("Sections: seeded, exact."))
    #expect(!demo.exists("metrics.json"))
  }

  @Test("Only the sections named are run, in the chapter's order")
  func chosenSections() throws {
    let demo = try DemoChapter()
    #expect(demo.run([seeded(), seeded("second"), exact], "exact", "second") == 0)
    let sections = try #require(try demo.json("metrics.json")["sections"] as? [[String: Any]])
    #expect(sections.compactMap { $0["name"] as? String } == ["second", "exact"])
  }

  @Test("A constant that the section does not list as published is not passed over")
  func unlisted() throws {
    let end = PublishedFigure.exact("end", "1")
    let forgetful = Section("forgetful", title: "", reference: "", seconds: 1) { _ in
      var result = SectionResult()
      result.add(SectionResult(figures: [end: 1, .ours("other"): 2]))
      return result
    }
    let demo = try DemoChapter()
    #expect(demo.run([forgetful]) == 1)
    #expect(demo.output.contains("seed 0: the section does not list its figures \"end\""))
  }

  @Test("The report sets each figure beside the book's")
  func report() throws {
    let demo = try DemoChapter()
    #expect(demo.run([seeded()], "--seeds", "0,1,2") == 0)
    let report = try demo.text("report.md")
    #expect(report.hasPrefix("# A demonstration\n"))
    #expect(report.contains("| 3 | 2 3 100 | 2 | [1, 3] | [0, 4] | within |"))
    #expect(report.contains("plot-data/seeded-curves.csv"))
    #expect(report.contains("- it has"))
    // The median over the seeds, and each of them.
    let data = try demo.text("plot-data/seeded-curves.csv").split(separator: "\n")
    #expect(data.contains("loss,2.0,3.0,,"))
    #expect(data.contains("each seed: loss,2.0,2.0,,"))
    #expect(data.contains("each seed: loss,2.0,100.0,,"))
  }

  @Test("A section that fails is named, and the others run")
  func failure() throws {
    struct Missing: Error, CustomStringConvertible { let description = "images are missing" }
    let failing = Section("failing", title: "", reference: "", seconds: 1) { _ in throw Missing() }
    let demo = try DemoChapter()
    #expect(demo.run([failing, exact]) == 1)
    #expect(demo.output.contains("failed: seed 0: images are missing"))
    #expect(demo.errors.contains("failed: failing"))
    #expect(try demo.text("report.md").contains("| end |"))
  }

  @Test("An output folder that cannot be made is named")
  func unwritable() throws {
    let demo = try DemoChapter()
    let file = demo.folder.appending(path: "file")
    try Data().write(to: file)
    let chapter = Chapter("demo", title: "", sections: [exact])
    #expect(chapter.run(["--output", file.path], console: demo.console) == 1)
    #expect(demo.errors.contains("Cannot make the folder \(file.path)"))
  }
}

@Suite("Going on with an interrupted run")
struct ResumeTests {
  /// Runs made so far, by seed.
  private final class Log: Sendable {
    let runs = Locked<[Int]>([])
  }

  /// A section that leaves a checkpoint and is interrupted at seed 1 unless it finds one.
  private func fragile(_ log: Log) -> Section {
    Section("fragile", title: "", reference: "", seconds: 1, epochs: 5) { context in
      log.runs.withLock { $0.append(context.seed) }
      let checkpoint = context.checkpointFolder.appending(path: "state")
      let resumes = FileManager.default.fileExists(atPath: checkpoint.path)
      if context.seed == 1, !resumes {
        try Data("half".utf8).write(to: checkpoint)
        throw CancellationError()
      }
      return SectionResult(figures: [.ours("resumed"): resumes ? 1 : 0])
    }
  }

  @Test("--resume skips what has finished and hands back the checkpoints of what has not")
  func resume() throws {
    let demo = try DemoChapter()
    let log = Log()
    #expect(demo.run([fragile(log)], "--seeds", "0,1,2") == 130)
    #expect(demo.output.contains("--resume"))
    #expect(demo.exists("results/fragile-seed0-epochs5.json"))
    #expect(demo.exists("checkpoints/fragile-seed1-epochs5/state"))

    #expect(demo.run([fragile(log)], "--seeds", "0,1,2", "--resume") == 0)
    #expect(log.runs.withLock { $0 } == [0, 1, 1, 2])
    let sections = try #require(try demo.json("metrics.json")["sections"] as? [[String: Any]])
    let runs = try #require(sections[0]["runs"] as? [[String: Any]])
    #expect(runs.compactMap { ($0["figures"] as? [String: Double])?["resumed"] } == [0, 1, 0])
    #expect(!demo.exists("checkpoints/fragile-seed1-epochs5"))
  }

  @Test("Without --resume everything starts afresh")
  func afresh() throws {
    let demo = try DemoChapter()
    let log = Log()
    #expect(demo.run([fragile(log)], "--seeds", "0,1") == 130)
    #expect(demo.run([fragile(log)], "--seeds", "0,1") == 130)
    #expect(log.runs.withLock { $0 } == [0, 1, 0, 1])
  }

  @Test("A result of other settings is not taken for this one's")
  func otherSettings() throws {
    let demo = try DemoChapter()
    let log = Log()
    #expect(demo.run([fragile(log)], "--quick") == 0)
    #expect(demo.run([fragile(log)], "--resume") == 0)
    #expect(demo.run([fragile(log)], "--resume", "--epochs", "2") == 0)
    #expect(log.runs.withLock { $0 } == [0, 0, 0])
  }

  @Test("A kept result that cannot be read is named")
  func damaged() throws {
    let demo = try DemoChapter()
    let log = Log()
    #expect(demo.run([fragile(log)]) == 0)
    let file = demo.folder.appending(path: "results/fragile-seed0-epochs5.json")
    try Data("{".utf8).write(to: file)
    #expect(demo.run([fragile(log)], "--resume") == 1)
    #expect(demo.errors.contains("\(file.path) is not a result of this program's"))
  }

  @Test("Values that are not finite survive being kept")
  func notFinite() throws {
    let diverging = Section("diverging", title: "", reference: "", seconds: 1) { _ in
      SectionResult(figures: [.ours("loss"): .nan, .ours("norm"): .infinity])
    }
    let demo = try DemoChapter()
    #expect(demo.run([diverging]) == 0)
    #expect(demo.run([diverging], "--resume") == 0)
    #expect(try demo.text("report.md").contains("| norm | ∞ |"))
  }
}
