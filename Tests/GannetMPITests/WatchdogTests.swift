#if MPI
import Foundation
import GannetMPI
import Testing

/// What a rank that waits decides about the others.
@Suite("Watchdog")
struct WatchdogTests {
  private static let here = RankState(begun: 7, ended: 6)
  private static let before = RankState(begun: 6, ended: 6)

  private static func watchdog(_ timeout: Int, _ patience: Int) -> Watchdog {
    var limits = Watchdog.Limits()
    (limits.timeout, limits.patience) = (.seconds(timeout), .seconds(patience))
    return Watchdog(limits)
  }

  @Test("a rank that does not answer ends all at the first look")
  func silent() {
    var watchdog = Self.watchdog(10, 100)
    #expect(watchdog.nextLook == .seconds(10))
    let verdict = watchdog.verdict(on: [Self.here, nil, Self.before], of: 0, after: .seconds(10))
    #expect(
      verdict.message(of: 0, of: 3, in: "a sum", after: .seconds(10))
        == "rank 0 of 3 has waited 10 s in a sum: rank 1 does not answer: it has ended, hangs, or "
        + "cannot be reached")
  }

  @Test("a rank that answers from elsewhere is waited for until the patience has an end")
  func absent() {
    var watchdog = Self.watchdog(10, 25)
    let states = [Self.before, Self.here, Self.before]
    for (waited, next) in [(10, 20), (20, 25)] {
      let verdict = watchdog.verdict(on: states, of: 1, after: .seconds(waited))
      #expect(verdict == .wait(for: [0, 2]))
      #expect(watchdog.nextLook == .seconds(next))
    }
    #expect(
      watchdog.verdict(on: states, of: 1, after: .seconds(25))
        == .end(reasons: [0, 2].map { "rank \($0) answers, but has not come to it" }))
  }

  @Test("ranks that are all in an operation have a second time")
  func stuck() {
    var watchdog = Self.watchdog(10, 100)
    let ahead = RankState(begun: 8, ended: 7)
    #expect(
      watchdog.verdict(on: [Self.here, ahead], of: 0, after: .seconds(10)) == .wait(for: []))
    #expect(
      watchdog.verdict(on: [Self.here, ahead], of: 0, after: .seconds(20))
        == .end(reasons: ["all ranks are in it, and do not go on"]))
  }

  @Test("the first rank in an operation speaks for the others")
  func speaker() {
    #expect(Watchdog.first(in: [Self.before, Self.here, Self.here], with: 2) == 1)
    #expect(Watchdog.first(in: [nil, RankState(begun: 7, ended: 7), Self.here], with: 2) == 2)
  }
}
#endif
