import Foundation
import Gannet
import GannetTensor

/// Profile of the time of a network's steps.
enum LayerProfile {
  /// Prints a table to standard error.
  static func print(_ table: String) {
    FileHandle.standardError.write(Data((table + "\n").utf8))
  }

  /// Runs `body`, which records a tape and may run the backward pass, repeatedly.
  ///
  /// - Returns: A table of the mean times of the tape's steps. Time between steps counts for the
  ///   next one.
  static func table(_ model: any Module, steps: Int, _ body: () -> Void) -> String {
    let parameters = model.parameters  // The walk names the tape's leaves.
    let runs = (0..<steps).map { _ in
      let profile = TapeProfile()
      TapeProfile.$current.withValue(profile, operation: body)
      for parameter in parameters { parameter.gradient = nil }
      return profile.steps
    }
    return table(runs)
  }

  private static func table(_ runs: [[TapeProfile.Step]]) -> String {
    var table = TextTable(
      "layer", "operation", "output", right: "forward ms", "GFLOP/s", "backward ms", "GFLOP/s",
      "share")
    let times = runs[0].indices.map { index in
      let steps = runs.map { $0[index] }
      return (
        forward: mean(steps.map(\.forwardMicroseconds)),
        backward: mean(steps.map(\.backwardMicroseconds))
      )
    }
    let total = times.reduce(0) { $0 + $1.forward + $1.backward }
    for (step, time) in zip(runs[0], times) {
      table.append([
        step.layer ?? "", step.operation, "\(step.shape)", number(time.forward, digits: 3),
        rate(step.multiplyAdds.forward, time.forward), number(time.backward, digits: 3),
        rate(step.multiplyAdds.backward, time.backward),
        number(100 * (time.forward + time.backward) / total, digits: 1) + "%",
      ])
    }
    table.append([
      "total", "", "", number(times.reduce(0) { $0 + $1.forward }, digits: 3), "",
      number(times.reduce(0) { $0 + $1.backward }, digits: 3), "", "100.0%",
    ])
    return table.plain()
  }

  /// In milliseconds.
  private static func mean(_ microseconds: [Int64]) -> Double {
    Double(microseconds.reduce(0, +)) / Double(microseconds.count) / 1_000
  }

  /// A multiply-add is two operations.
  private static func rate(_ multiplyAdds: Int, _ milliseconds: Double) -> String {
    guard multiplyAdds > 0, milliseconds > 0 else { return "" }
    return number(2e-6 * Double(multiplyAdds) / milliseconds, digits: 1)
  }

  private static func number(_ value: Double, digits: Int) -> String {
    String(format: "%.\(digits)f", value)
  }
}
