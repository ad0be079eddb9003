import GannetTraining
import Testing

@Suite("Progress line")
struct ProgressLineTests {
  /// A line half way, with a curve of `losses`.
  private func line(total: Int? = 200, losses: [Double] = [4, 3, 2, 1]) -> ProgressLine {
    var line = ProgressLine("epoch 1/10", total: total)
    line.completed = 100
    line.examples = 25_600
    (line.seconds, line.stepSeconds) = (2, 2)
    line.values = [("loss", losses.last ?? 0)]
    for loss in losses { line.curve.append(loss) }
    return line
  }

  /// The text without control sequences.
  private func plain(_ text: String) -> String { text.replacing(/\u{1B}\[[0-9]*[mK]/, with: "") }

  @Test("A wide terminal shows bar, steps, speed, time left, values and a curve")
  func wide() {
    let bar = String(repeating: "━", count: 15) + String(repeating: "─", count: 15)
    #expect(
      plain(line().drawn(columns: 120))
        == "epoch 1/10  \(bar)  100/200  12,800 examples/s  2.0 s left  loss 1  █▆▃▁")
  }

  @Test("With less room the curve goes, then the speed, then the bar, then the end")
  func narrow() {
    let texts = [120, 75, 52, 30, 5, 1].map { plain(line().drawn(columns: $0)) }
    #expect(texts.map { $0.contains("█") } == [true, false, false, false, false, false])
    #expect(texts.map { $0.contains("examples") } == [true, true, false, false, false, false])
    #expect(texts.map { $0.contains("━") } == [true, true, true, false, false, false])
    #expect(texts[3...] == ["epoch 1/10  100/200  2.0 s le", "epoc", ""])
    for total in [200, nil] {
      for columns in 1...150 {
        #expect(plain(line(total: total).drawn(columns: columns)).count < columns)
      }
    }
  }

  @Test("An evaluation in the middle of an epoch is labelled, and stays")
  func validation() {
    var line = line()
    line.validation = [("loss", 0.5), ("accuracy", 0.75)]
    let text = "loss 1  validation loss 0.5  accuracy 0.75"
    #expect(line.plain.hasSuffix(text))
    #expect(plain(line.drawn(columns: 150)).contains(text))
  }

  @Test("Without a total there is no bar, no share and no time left")
  func unknownTotal() {
    #expect(
      line(total: nil).drawn(columns: 100)
        == "epoch 1/10  100 steps  12,800 examples/s  loss 1  █▆▃▁")
    #expect(line(total: nil).plain == "epoch 1/10  100 steps  12,800 examples/s  loss 1")
    #expect(line(total: nil).finished == "epoch 1/10  100 steps  loss 1  2.0 s  12,800 examples/s")
  }

  @Test("No steps, no time and values that are not finite are shown as they are")
  func extremes() {
    var line = ProgressLine("steps", total: 0)
    #expect(plain(line.drawn(columns: 40)).hasSuffix("━  0/0"))
    #expect(line.finished == "steps  0 ms")
    line = ProgressLine("steps", total: 10)
    line.completed = 5
    line.examples = 5
    line.values = [("a", -.nan), ("b", .infinity), ("c", -.infinity)]
    #expect(line.plain == "steps  5/10 (50%)  0 ms left  a nan  b inf  c -inf")
    line.seconds = .nan
    #expect(line.plain.contains("? left"))
  }

  @Test("A curve is level for equal values, has dots for NaN, and stays within its width")
  func curves() {
    func curve(_ values: [Double], width: Int = 12) -> String {
      var curve = Sparkline()
      for value in values { curve.append(value) }
      return curve.text(width: width)
    }
    #expect(curve([]) == "" && curve([1]) == "" && curve([.nan, .nan]) == "")
    #expect(curve([2, 2, 2]) == "▁▁▁")
    #expect(curve([0, 7, .nan, 3.5, .infinity]) == "▁█·▅·")
    #expect(curve([-1e308, 1e308]) == "▁█")
    for count in [63, 64, 65, 66, 129, 130, 1000, 100_000] {
      let text = curve((0..<count).map { -Double($0) }, width: 8)
      #expect(text == "█▇▆▅▄▃▂▁", "\(count) values")
    }
    #expect(curve([1, 2, 3], width: 1) == "")
  }

  @Test(
    "Numbers have three digits and groups",
    arguments: [
      (0.0123, "0.0123"), (8.254, "8.25"), (99.94, "99.9"), (99.96, "100"), (999.6, "1,000"),
      (61_234.0, "61,200"), (1_234_567.0, "1,230,000"), (Double.infinity, "?"), (Double.nan, "?"),
    ])
  func numbers(value: Double, text: String) {
    #expect(ProgressLine.number(value) == text)
  }
}
