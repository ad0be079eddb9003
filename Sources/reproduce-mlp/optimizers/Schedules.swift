import Gannet
import Reproduction

/// A schedule of the book's section 12.11, with its rates at the epochs where they are known.
struct BookSchedule: FigureGroup {
  let name: String
  let schedule: Schedule
  let marks: [(epoch: Int, rate: PrintedNumber)]
  var length = 30

  static let all = [
    BookSchedule(
      name: "square root", schedule: .squareRoot(0.1), marks: [(0, "0.1"), (29, "0.01826")]),
    // The book's multiplies before it answers: its first rate is 2 · 0.9.
    BookSchedule(
      name: "factor", schedule: .exponential(1.8, factor: 0.9, floor: 0.01),
      marks: [(0, "1.8"), (49, "0.01031")],
      length: 50),
    BookSchedule(
      name: "multi-step", schedule: .multiStep(0.5, at: [15, 30], factor: 0.5),
      marks: [(0, "0.5"), (15, "0.25")]),
    BookSchedule(
      name: "cosine", schedule: .cosine(from: 0.3, to: 0.01, over: 20),
      marks: [(0, "0.3"), (10, "0.155"), (20, "0.01")]),
    BookSchedule(
      name: "warm-up", schedule: .cosine(from: 0.3, to: 0.01, over: 15).warmedUp(over: 5),
      marks: [(0, "0"), (2, "0.12"), (4, "0.24"), (5, "0.3"), (20, "0.01")]),
    BookSchedule(name: "one cycle", schedule: .oneCycle(peak: 0.3, over: 30), marks: []),
  ]

  /// The rates at the marked epochs.
  var figures: [PublishedFigure] { marks.map { .exact("\(name) at \($0.epoch)", $0.rate) } }

  /// The schedule's own rates there.
  var rates: [Double] { marks.map { Double(schedule($0.epoch)) } }

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
