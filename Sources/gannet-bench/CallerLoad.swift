import Dispatch
import Foundation
import Synchronization

/// The calls of several callers at once, each a thread that calls again and again.
package struct CallerLoad {
  package let callers: Int
  /// The times of all callers' calls in milliseconds, ascending.
  package let times: [Double]
  /// The seconds that all of them took together.
  package let seconds: Double

  /// Calls of each caller at least, after one for warm-up.
  package static let leastCalls = 3

  /// Measures callers that begin together, and end after `seconds` and the least number of calls.
  package init(callers: Int, seconds: Double, _ call: @escaping @Sendable () -> Void) {
    let clock = ContinuousClock()
    let (ready, done, go) = (DispatchGroup(), DispatchGroup(), DispatchSemaphore(value: 0))
    let all = SharedTimes()
    for _ in 0..<callers {
      ready.enter()
      done.enter()
      Thread.detachNewThread {
        call()
        ready.leave()
        go.wait()
        var own: [Double] = []
        let end = clock.now + .seconds(seconds)
        while own.count < CallerLoad.leastCalls || clock.now < end {
          own.append(milliseconds(call))
        }
        all.add(own)
        done.leave()
      }
    }
    ready.wait()
    let start = clock.now
    for _ in 0..<callers { go.signal() }
    done.wait()
    self.init(callers: callers, times: all.sorted, seconds: (clock.now - start) / .seconds(1))
  }

  package init(callers: Int, times: [Double], seconds: Double) {
    self.callers = callers
    self.times = times.sorted()
    self.seconds = seconds
  }

  /// The least time that so large a share of the calls does not exceed.
  package func percentile(_ share: Double) -> Double {
    times[max(0, Int((share * Double(times.count)).rounded(.up)) - 1)]
  }

  package func examplesPerSecond(batch: Int) -> Double {
    Double(batch * times.count) / seconds
  }
}

private final class SharedTimes: Sendable {
  private let times = Mutex<[Double]>([])

  func add(_ own: [Double]) { times.withLock { $0 += own } }

  var sorted: [Double] { times.withLock { $0.sorted() } }
}
