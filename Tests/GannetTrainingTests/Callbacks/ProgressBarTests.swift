import GannetTraining
import Testing

@Suite("Progress bar")
struct ProgressBarTests {
  /// A device with a clock to set and a record of what was written.
  private final class Screen {
    var text = ""
    var time = 0.0
    let width: Int?
    init(width: Int?) { self.width = width }

    var device: ProgressBar.Device {
      .init(write: { self.text += $0 }, columns: { self.width }, now: { self.time })
    }

    /// The last rewritten line, without control sequences.
    var line: String {
      let last = text.split(separator: "\r").last.map(String.init) ?? ""
      return last.replacing(/\u{1B}\[[0-9]*[mK]/, with: "")
    }
  }

  @Test("On a terminal one line is rewritten, with what is left and the latest values")
  func terminal() {
    let screen = Screen(width: 80)
    let bar = ProgressBar("epoch 1/10", total: 200, device: screen.device)
    screen.time = 30
    bar.advance(by: 50, showing: ["loss": 0.41234])
    let drawn = String(repeating: "━", count: 7) + String(repeating: "─", count: 22)
    #expect(screen.line == "epoch 1/10  \(drawn)  50/200  1 min 30 s left  loss 0.4123")
    #expect(screen.line.count < 80)
    screen.time = 100
    bar.advance(by: 150)
    bar.finish(showing: ["accuracy": 0.85])
    #expect(screen.line == "epoch 1/10  accuracy 0.85  1 min 40 s\n")
  }

  @Test("The last line tells training from validation, with the speed of the steps")
  func validation() {
    let screen = Screen(width: nil)
    let bar = ProgressBar("epoch 3/10", total: 2, device: screen.device)
    bar.advance(examples: 256)
    screen.time = 4
    bar.advance(examples: 243_744)
    screen.time = 5
    bar.finish(
      showing: ["loss": 0.8657, "accuracy": 0.7964],
      validation: ["accuracy": 0.80124, "loss": 0.5963, "auroc": .nan])
    #expect(
      screen.text == "epoch 3/10  loss 0.8657  accuracy 0.7964  "
        + "validation loss 0.5963  accuracy 0.8012  auroc nan  5.0 s  61,000 examples/s\n")
  }

  @Test("A piece of work that is resumed in the middle has the time and speed of its rest")
  func resumed() {
    let screen = Screen(width: nil)
    let bar = ProgressBar("epoch 1/10", total: 100, completed: 60, device: screen.device)
    #expect(bar.completed == 60)
    screen.time = 10
    bar.advance(by: 10, examples: 1000, showing: ["loss": .nan])
    screen.time = 40
    bar.advance(by: 30, examples: 3000)
    bar.finish()
    #expect(
      screen.text == """
        epoch 1/10  70/100 (70%)  30 s left  100 examples/s  loss nan
        epoch 1/10  100/100 (100%)  100 examples/s
        epoch 1/10  40 s  100 examples/s

        """)
    let over = ProgressBar("steps", total: 2, completed: 5, device: screen.device)
    #expect(over.completed == 2)
  }

  @Test("A terminal is redrawn ten times a second at most")
  func redraws() {
    let screen = Screen(width: 80)
    let bar = ProgressBar("steps", total: 1000, device: screen.device)
    for step in 0..<1000 {
      screen.time = Double(step) / 1000
      bar.advance()
    }
    #expect((9...11).contains(screen.text.count { $0 == "\r" }))
    #expect(bar.completed == 1000)
  }

  @Test("A narrow terminal is never overrun", arguments: [10, 20, 40, 60])
  func narrow(width: Int) {
    let screen = Screen(width: width)
    let bar = ProgressBar("a rather long title", total: 10, device: screen.device)
    screen.time = 1
    bar.advance(showing: ["loss": 1.5])
    #expect(screen.line.count < width)
  }

  @Test("Elsewhere a plain line comes every ten seconds, and one at the end")
  func plainLines() {
    let screen = Screen(width: nil)
    let bar = ProgressBar("epoch 1/10", total: 100, device: screen.device)
    for step in 1...25 {
      screen.time = Double(step)
      bar.advance(showing: ["loss": 0.5])
    }
    bar.finish()
    #expect(
      screen.text == """
        epoch 1/10  10/100 (10%)  1 min 30 s left  loss 0.5
        epoch 1/10  20/100 (20%)  1 min 20 s left  loss 0.5
        epoch 1/10  25/100  25 s

        """)
  }

  @Test("After the end nothing more is written, and steps beyond the total are not counted")
  func afterTheEnd() {
    let screen = Screen(width: nil)
    let bar = ProgressBar("steps", total: 2, device: screen.device)
    bar.advance(by: 5)
    #expect(bar.completed == 2)
    bar.finish()
    let text = screen.text
    bar.advance()
    bar.finish()
    #expect(screen.text == text)
  }

  @Test("Without a total it counts steps, and promises nothing", arguments: [80, 20, nil])
  func unknownTotal(width: Int?) {
    let screen = Screen(width: width)
    let bar = ProgressBar("epoch", total: nil, device: screen.device)
    screen.time = 30
    bar.advance(by: 12, showing: ["loss": 0.5])
    #expect(bar.completed == 12)
    let line = width == nil ? "epoch  12 steps  loss 0.5\n" : screen.line
    #expect(line.hasPrefix("epoch  12 steps"))
    if width == nil { #expect(screen.text == line) }
    bar.finish()
    #expect(screen.text.hasSuffix("epoch  12 steps  30 s\n"))
  }

  @Test("An unfinished bar ends its line")
  func abandoned() {
    let screen = Screen(width: 80)
    do {
      let bar = ProgressBar("steps", total: 2, device: screen.device)
      bar.advance()
    }
    #expect(screen.text.hasSuffix("\n"))
  }

  @Test(
    "Durations read well",
    arguments: [
      (0, "0 ms"), (0.0994, "99 ms"), (0.0996, "0.1 s"), (9.94, "9.9 s"), (9.96, "10 s"),
      (59.4, "59 s"), (59.6, "1 min 00 s"),
      (3599.4, "59 min 59 s"), (3599.6, "1 h 00 min"), (7800, "2 h 10 min"),
    ])
  func durations(seconds: Double, text: String) {
    #expect(ProgressLine.time(seconds) == text)
  }
}
