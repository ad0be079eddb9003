import Foundation
import GannetTensor
import Synchronization
import TestSupport
import Testing
import gannet_bench

/// The measure of callers of one network, and the network that they call.
@Suite struct CallerLoadTests {
  @Test func percentilesAreTimesThatOccurred() {
    let load = CallerLoad(callers: 2, times: (1...200).reversed().map(Double.init), seconds: 4)
    #expect(load.percentile(0.5) == 100)
    #expect(load.percentile(0.99) == 198)
    #expect(load.percentile(0) == 1)
    #expect(load.percentile(1) == 200)
    #expect(load.examplesPerSecond(batch: 8) == 400)
    #expect(CallerLoad(callers: 1, times: [7], seconds: 1).percentile(0.99) == 7)
  }

  @Test func callersCallAtOnce() {
    let calls = Calls()
    let load = CallerLoad(callers: 3, seconds: 0) {
      calls.begin()
      usleep(20_000)
      calls.end()
    }
    #expect(calls.most == 3)
    #expect(load.times.count == 3 * CallerLoad.leastCalls)
    #expect(load.times == load.times.sorted())
    #expect(load.percentile(0) >= 20)
    #expect(load.seconds >= 0.06)
  }

  @Test func callersCallUntilTheTimeIsOver() {
    let load = CallerLoad(callers: 1, seconds: 0.1) { usleep(1_000) }
    #expect(load.times.count > CallerLoad.leastCalls)
    #expect((0.1..<1).contains(load.seconds))
  }

  private final class Calls: Sendable {
    private let counts = Mutex((now: 0, most: 0))

    func begin() {
      counts.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
    }
    func end() { counts.withLock { $0.now -= 1 } }
    var most: Int { counts.withLock { $0.most } }
  }
}
