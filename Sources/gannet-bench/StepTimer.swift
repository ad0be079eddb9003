/// Timer of steps and, optionally, their parts.
struct StepTimer {
  private let settings: BenchmarkSettings
  private(set) var milliseconds: [Double] = []
  private var laps: [String: [Double]] = [:]

  init(_ settings: BenchmarkSettings) { self.settings = settings }

  /// Runs the warm-up and the timed steps; a step calls `lap(name)` at the end of each part.
  mutating func run(_ step: ((String) -> Void) -> Void) {
    for _ in 0..<settings.warmup { step { _ in } }
    let clock = ContinuousClock()
    for _ in 0..<settings.steps {
      let start = clock.now
      var last = start
      var parts: [(String, Double)] = []
      step { name in
        guard settings.profile || settings.distribution is BucketTimes else { return }
        let now = clock.now
        parts.append((name, (now - last) / .milliseconds(1)))
        last = now
      }
      milliseconds.append((clock.now - start) / .milliseconds(1))
      for (name, time) in parts { laps[name, default: []].append(time) }
    }
  }

  /// The median time of each part.
  var medians: [String: Double] { laps.mapValues { $0.sorted()[$0.count / 2] } }
}
