import Foundation
import GannetTraining

extension History {
  /// The history as a figure: the loss over the epochs, of the training and of the validation, and a
  /// panel for each other measurement of the validation, in alphabetical order.
  ///
  /// Epochs are counted from 1. An epoch without a measurement has no point in its curve.
  public func plot(title: String = "Training") -> Plot {
    let numbers = epochs.map { Double($0.index + 1) }
    let losses =
      [Series("training", x: numbers, y: epochs.map(\.trainingLoss))] + validation("loss")
    let names = Set(epochs.flatMap(\.validation.keys)).subtracting(["loss"]).sorted()
    let panels = [("loss", losses)] + names.map { ($0, validation($0)) }
    // A single panel has the title of the figure.
    return Plot(
      "history", title: title,
      panels: panels.map { name, series in
        Panel(panels.count == 1 ? "" : name, x: Axis("epoch"), y: Axis(name), series: series)
      })
  }

  /// Draws ``plot(title:)`` to `file`, an SVG or a PNG by its extension; without gnuplot it writes
  /// the numbers beside it, as `Plot.write(to:)` says.
  ///
  ///     try trainer.fit(training, validation: validation, epochs: 10)
  ///       .plot(to: URL(filePath: "history.svg"))
  ///
  /// - Returns: The files that were written.
  /// - Throws: What `Plot.write(to:)` throws.
  @discardableResult
  public func plot(to file: URL, title: String = "Training") throws -> [URL] {
    try plot(title: title).write(to: file)
  }

  /// The curve of a measurement of the validation; none where no epoch has it.
  private func validation(_ name: String) -> [Series] {
    let points = epochs.compactMap { epoch in
      epoch.validation[name].map { (Double(epoch.index + 1), $0) }
    }
    guard !points.isEmpty else { return [] }
    return [Series("validation", x: points.map(\.0), y: points.map(\.1))]
  }
}
