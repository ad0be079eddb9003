#if MPI
import Foundation
import TestSupport
import Testing

/// Ranks that fail, hang, or differ.
@Suite("Faults of ranks", .serialized)
struct FaultTests {
  @Test("models that differ are an error that names the parameter")
  func otherModel() throws {
    let outcome = try Ranks.run(4, ["task=mlp", "other=2"])
    #expect(outcome.status != 0)
    #expect(outcome.errors.contains("rank 2 has 0.bias [17] where rank 0 has 0.bias [16]"))
  }

  @Test("a rank that throws ends all, which say so")
  func thrown() throws {
    let outcome = try Ranks.run(2, ["task=mlp", "throw=1@2", "timeout=20"])
    #expect(outcome.status != 0)
    #expect(outcome.seconds < 20)
  }

  @Test("a rank that hangs is named with the operation, and all end")
  func hanging() throws {
    let outcome = try Ranks.run(4, ["task=mlp", "hang=2@1", "timeout=2"])
    #expect(outcome.status != 0)
    #expect(outcome.errors.contains("rank 0 of 4 has waited"), "\(outcome)")
    #expect(outcome.errors.contains("rank 2 does not answer"), "\(outcome)")
    #expect(outcome.seconds < 60)
  }

  @Test("a rank that is at work alone for longer than the timeout is waited for")
  func working() throws {
    let whole = try Ranks.bits(2, ["task=mlp"])
    let outcome = try Ranks.run(2, ["task=mlp", "work=0@0", "seconds=8", "timeout=3"])
    #expect(outcome.status == 0 && outcome.output == whole, "\(outcome)")
    #expect(outcome.errors.contains("for rank 0, at work elsewhere, and waits on"), "\(outcome)")
  }

  @Test("a rank that answers, but never comes, is named, and all end")
  func absent() throws {
    let outcome = try Ranks.run(
      2, ["task=mlp", "work=1@0", "seconds=100", "timeout=1", "patience=4"])
    #expect(outcome.status != 0)
    #expect(outcome.errors.contains("rank 1 answers, but has not come to it"), "\(outcome)")
    #expect(outcome.seconds < 60)
  }

  @Test("a rank whose parameters differ is found by the comparison")
  func altered() throws {
    let outcome = try Ranks.run(4, ["task=mlp", "alter=3@1", "compare=2"])
    #expect(outcome.status != 0)
    #expect(outcome.errors.contains("0.weight of rank 3 is not that of rank 0"), "\(outcome)")
  }

  @Test("a rank that is killed in a step ends all, and --restart goes on to the same bits")
  func killed() throws {
    let whole = try Ranks.bits(4, ["task=lenet"])
    let folder = try TemporaryFolder()
    let outcome = try Ranks.run(
      4, ["task=lenet", "checkpoint=\(folder.file("state.safetensors").path)", "kill=1@2"],
      options: ["--restart", "1"])
    #expect(outcome.output == whole, "\(outcome)")
    #expect(outcome.errors.contains("starting it again, 1 of 1"))
  }

  @Test("ranks that are killed at 20 moments, restarted, end with the bits of an undisturbed run")
  func killedOften() async throws {
    let arguments = ["task=mlp", "optimizer=adam", "epochs=50"]
    let whole = try Ranks.bits(2, arguments)
    let folder = try TemporaryFolder()
    let file = folder.file("state.safetensors").path
    let run = Task.detached {
      try Ranks.run(
        2, arguments + ["pause=80", "checkpoint=\(file)"], options: ["--restart", "100"])
    }
    // Under a sanitizer, processes take many seconds to start.
    let wanted = Sanitizers.isActive ? 5 : 20
    var kills = 0
    for _ in 0..<200 where kills < wanted {
      // From the start of the processes to some steps after it.
      try await Task.sleep(for: .milliseconds(.random(in: 300...1_600)))
      guard let process = Ranks.processes(with: file).randomElement() else { continue }
      if kill(process, SIGKILL) == 0 { kills += 1 }
    }
    let outcome = try await run.value
    #expect(kills == wanted)
    #expect(outcome.status == 0 && outcome.output == whole, "\(outcome)")
  }
}
#endif
