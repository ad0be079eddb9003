import GannetPlots

extension Plot {
  /// The curves of a training over its epochs, with the spread of the published runs at the end.
  ///
  /// - Parameters:
  ///   - published: The figures of the training; a band is drawn where one is of a curve's end.
  ///   - y: The vertical axis. By default it is linear, without a label.
  package init(
    _ name: String, title: String, curves: [Curve], published: TrainingFigures? = nil,
    y: Axis = Axis("")
  ) {
    let series = curves.flatMap { curve -> [Series] in
      let line = Series(curve.name, x: curve.epochs, y: curve.values)
      let criterion = published?.end(of: curve.name).criterion
      guard let end = curve.epochs.last, let criterion, let band = criterion.band else {
        return [line]
      }
      return [line, Series("\(criterion.runnerName), \(band.runs) runs", band: band, at: end)]
    }
    let end = curves.compactMap(\.epochs.last).max()
    let x = Axis("epoch", range: end.map { 0...max($0, 1) * 1.02 })
    self.init(name, title: title, x: x, y: y, series: series)
  }
}

extension Series {
  /// The spread of published runs as a span at `position`, in the colour of the series before it.
  ///
  /// - Parameter name: The legend's one entry for all spans of a panel.
  package init(_ name: String, band: Band, at position: Double) {
    let middle = band.median ?? (band.minimum + band.maximum) / 2
    self.init(name, x: [position], y: [middle], low: [band.minimum], high: [band.maximum])
  }
}
