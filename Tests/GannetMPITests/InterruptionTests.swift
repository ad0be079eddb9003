#if MPI
import Foundation
import TestSupport
import Testing

/// Ctrl-C at ranks, which `scripts/distributed` hands on.
@Suite("Interruptions of ranks", .serialized)
struct InterruptionTests {
  /// Interrupts a run a second after its first checkpoint; returns how it has ended, and how many of its
  /// processes are left.
  private static func interrupt(
    _ arguments: [String], _ file: URL, options: [String] = [], times: Int = 1
  ) throws -> (outcome: Ranks.Outcome, left: Int) {
    let all = arguments + ["checkpoint=\(file.path)"]
    let outcome = try Ranks.run(2, all, options: options) { process in
      while process.isRunning, !FileManager.default.fileExists(atPath: file.path) {
        usleep(20_000)
      }
      sleep(1)
      for _ in 0..<times {
        kill(process.processIdentifier, SIGINT)
        usleep(500_000)
      }
    }
    return (outcome, Ranks.processes(with: file.path).count)
  }

  @Test("a training that handles it ends after its step, and goes on with the same bits")
  func handled() throws {
    let arguments = ["task=mlp", "epochs=12"]
    let whole = try Ranks.bits(2, arguments)
    let folder = try TemporaryFolder()
    let file = folder.file("state.safetensors")
    let (outcome, left) = try Self.interrupt(
      arguments + ["interruptible=yes", "pause=150"], file, options: ["--restart", "3"])
    #expect(outcome.status == 130 && left == 0, "\(outcome)")
    let steps = outcome.output.matches(of: /rank \d interrupted after (\d+) steps/).map(\.1)
    #expect(steps.count == 2 && Set(steps).count == 1, "\(outcome)")
    #expect(try Ranks.bits(4, arguments + ["checkpoint=\(file.path)"]) == whole)
  }

  // mpirun is ended after 30 s where it does not end by itself, on a busy machine.
  @Test("one that does not is ended, and nothing is left")
  func unhandled() throws {
    let folder = try TemporaryFolder()
    let (outcome, left) = try Self.interrupt(
      ["task=mlp", "epochs=3000", "pause=50"], folder.file("state.safetensors"))
    #expect(outcome.status == 130 && left == 0 && outcome.seconds < 60, "\(outcome)")
  }

  @Test("a second one ends ranks that do not come to the end of their step")
  func twice() throws {
    let folder = try TemporaryFolder()
    let (outcome, left) = try Self.interrupt(
      ["task=mlp", "epochs=3000", "interruptible=yes", "work=0@0", "seconds=100"],
      folder.file("state.safetensors"), times: 2)
    #expect(outcome.status == 130 && left == 0 && outcome.seconds < 60, "\(outcome)")
  }
}
#endif
