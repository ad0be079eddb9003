import Gannet
import GannetTensor

/// Benchmark of a network that was prepared once and is called by one, two and four callers at once.
package enum ServingBenchmark {
  /// The numbers of callers, and whether the threads that wait for work spin. They do not where
  /// callers share the processors.
  private static let loads = [(1, true), (1, false), (2, false), (4, false)]

  static func run(_ workload: Workload, _ settings: BenchmarkSettings) throws -> BenchmarkRun {
    let clock = ContinuousClock()
    let start = clock.now
    let call = try workload.prepared()
    let logits = call()
    let preparing = (clock.now - start) / .milliseconds(1)
    let first = workload.figures(of: logits)
    let loads = loads(seconds: settings.seconds) { _ = call() }
    return BenchmarkRun(
      milliseconds: loads[0].load.times, parameterCount: workload.model.parameters.scalarCount,
      firstLoss: first.loss, firstOutputs: first.sample,
      extras: [
        "prepare_ms": preparing,
        "loads": loads.map { described($0.load, $0.spinDuration, batch: settings.batchSize) },
      ])
  }

  /// Measures each number of callers for `seconds`; the pool's spin time is restored afterwards.
  package static func loads(
    seconds: Double, _ call: @escaping @Sendable () -> Void
  ) -> [(load: CallerLoad, spinDuration: Duration)] {
    let usual = ThreadPool.shared.spinDuration
    defer { ThreadPool.shared.spinDuration = usual }
    return loads.map { callers, spins in
      let spinDuration = spins ? usual : .zero
      ThreadPool.shared.spinDuration = spinDuration
      return (CallerLoad(callers: callers, seconds: seconds, call), spinDuration)
    }
  }

  private static func described(
    _ load: CallerLoad, _ spinDuration: Duration, batch: Int
  ) -> [String: Any] {
    [
      "callers": load.callers, "spin_us": Int(spinDuration / .microseconds(1)),
      "calls": load.times.count, "median_ms": load.percentile(0.5),
      "p99_ms": load.percentile(0.99), "examples_per_s": load.examplesPerSecond(batch: batch),
    ]
  }
}
