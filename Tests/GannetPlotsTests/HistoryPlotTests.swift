import Foundation
import GannetPlots
import GannetTraining
import TestSupport
import Testing

@Suite("Plots of histories")
struct HistoryPlotTests {
  /// A history as a file has it; the second epoch was not evaluated.
  private func history(_ epochs: String) throws -> History {
    try JSONDecoder().decode(History.self, from: Data(#"{"epochs": [\#(epochs)]}"#.utf8))
  }

  private func epoch(_ index: Int, _ loss: Double, _ validation: String) -> String {
    #"{"index": \#(index), "trainingLoss": \#(loss), "validation": {\#(validation)}, "#
      + #""learningRate": 0.1, "seconds": 1}"#
  }

  @Test("Training and validation are two curves; other measurements have a panel each")
  func panels() throws {
    let history = try history(
      [
        epoch(0, 3, #""loss": 2.5, "accuracy": 0.5, "f1": 0.25"#), epoch(1, 2, ""),
        epoch(2, 1, #""loss": 1.5, "accuracy": 0.75"#),
      ].joined(separator: ", "))
    let plot = history.plot(title: "LeNet")
    #expect(plot.title == "LeNet")
    #expect(plot.panels.map(\.title) == ["loss", "accuracy", "f1"])
    #expect(plot.panels.map(\.x.label) == ["epoch", "epoch", "epoch"])
    let series = plot.panels.map { panel -> [Series] in
      if case .series(let series) = panel.content { series } else { [] }
    }
    #expect(
      series.map { $0.map(\.name) } == [
        ["training", "validation"], ["validation"], ["validation"],
      ])
    #expect(series[0][0].x == [1, 2, 3] && series[0][0].y == [3, 2, 1])
    #expect(series[0][1].x == [1, 3] && series[0][1].y == [2.5, 1.5])
    #expect(series[1][0].x == [1, 3] && series[1][0].y == [0.5, 0.75])
    #expect(series[2][0].x == [1] && series[2][0].y == [0.25])
  }

  @Test("Without validation the training's loss is the only curve")
  func withoutValidation() throws {
    let plot = try history(epoch(0, 3, "")).plot()
    #expect(plot.panels.count == 1)
    guard case .series(let series) = plot.panels[0].content else { return }
    #expect(series.map(\.name) == ["training"])
  }

  @Test("Every history is drawn", .enabled(if: DrawingProgram.gnuplot != nil))
  func drawn() throws {
    let folder = try TemporaryFolder()
    let histories = [
      History(), try history(epoch(0, 3, #""accuracy": 0.5"#)),
      try history(epoch(0, 3, "") + ", " + epoch(1, 2, #""loss": 1"#)),
    ]
    for (number, history) in histories.enumerated() {
      let file = folder.file("\(number).svg")
      #expect(try history.plot(to: file) == [file])
      let text = try String(contentsOf: file, encoding: .utf8)
      #expect(text.contains("Training"))
      #expect(text.contains("validation") == (number > 0))
    }
  }
}
