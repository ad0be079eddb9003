import Gannet

/// A single rank that notes when each bucket of gradients would be exchanged, by which
/// `scripts/measure-distributed` models the steps of many hosts.
final class BucketTimes: Distribution {
  let rank = 0
  let rankCount = 1
  let partCount = 1

  private let clock = ContinuousClock()
  private var start = ContinuousClock.now
  /// The buckets of each step: the number of elements, and the time since the backward pass began.
  private var steps: [[(count: Int, time: Duration)]] = []

  /// `GradientAverage` begins a backward pass with the ranks' weights.
  func allGather(_ values: [Double], for purpose: String) -> [Double] {
    start = clock.now
    steps.append([])
    return values
  }

  func beginAllReduce(_ values: UnsafeMutableBufferPointer<Float>, for purpose: String) {
    steps[steps.count - 1].append((values.count, clock.now - start))
  }

  func finishAllReduces() {}
  func broadcast(_ bytes: UnsafeMutableRawBufferPointer, from root: Int, for purpose: String) {}
  func allGather(
    _ values: UnsafeMutableBufferPointer<Float>, counts: [Int], for purpose: String
  ) {}

  /// The buckets of the last `count` steps, with the medians of their times in milliseconds.
  func medians(ofLast count: Int) -> [[String: Any]] {
    let timed = steps.suffix(count)
    guard let last = timed.last else { return [] }
    return last.indices.map { bucket in
      let times = timed.map { $0[bucket].time / .milliseconds(1) }.sorted()
      return ["count": last[bucket].count, "ready_ms": times[times.count / 2]]
    }
  }
}
