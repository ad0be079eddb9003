import Gannet
import Reproduction

/// A schedule of the book's section 12.11, with the epochs at which its rate is known.
struct BookSchedule {
  let name: String
  let schedule: Schedule
  let marks: [Int]
  var length = 30

  static let all = [
    BookSchedule(name: "square root", schedule: .squareRoot(0.1), marks: [0, 29]),
    // The book's multiplies before it answers: its first rate is 2 · 0.9.
    BookSchedule(
      name: "factor", schedule: .exponential(1.8, factor: 0.9, floor: 0.01), marks: [0, 49],
      length: 50),
    BookSchedule(
      name: "multi-step", schedule: .multiStep(0.5, at: [15, 30], factor: 0.5), marks: [0, 15]),
    BookSchedule(
      name: "cosine", schedule: .cosine(from: 0.3, to: 0.01, over: 20), marks: [0, 10, 20]),
    BookSchedule(
      name: "warm-up", schedule: .cosine(from: 0.3, to: 0.01, over: 15).warmedUp(over: 5),
      marks: [0, 2, 4, 5, 20]),
    BookSchedule(name: "one cycle", schedule: .oneCycle(peak: 0.3, over: 30), marks: []),
  ]

  /// The rates at the marked epochs, as figures.
  var figures: [(name: String, value: Double)] {
    marks.map { ("\(name) at \($0)", Double(schedule($0))) }
  }

  static var plot: Plot {
    Plot(
      "schedules", title: "Learning rates by epoch",
      panels: all.map { item in
        let epochs = Array(0..<item.length)
        return Panel(
          item.name, x: Axis("epoch"), y: Axis("learning rate"),
          series: [
            Series("", x: epochs.map(Double.init), y: epochs.map { Double(item.schedule($0)) })
          ])
      })
  }
}
