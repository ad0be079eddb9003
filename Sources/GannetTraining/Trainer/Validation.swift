/// The evaluation of a `fit`: after each epoch, and perhaps every few steps.
struct Validation {
  private let interval: Int?
  /// The measurements; none without validation data.
  let evaluate: () throws -> [String: Double]

  init(everySteps interval: Int? = nil, _ evaluate: @escaping () throws -> [String: Double]) {
    self.interval = interval
    self.evaluate = evaluate
  }

  /// Whether it is due in the middle of an epoch, after `stepCount` steps in all.
  func isDue(after stepCount: Int) -> Bool { interval.map { stepCount % $0 == 0 } ?? false }
}
