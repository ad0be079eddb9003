import GannetPlots

extension Plot {
  /// The curves of a training over its epochs.
  ///
  /// - Parameter y: The vertical axis. By default it is linear, without a label.
  package init(_ name: String, title: String, curves: [Curve], y: Axis = Axis("")) {
    let end = curves.compactMap(\.epochs.last).max()
    let x = Axis("epoch", range: end.map { 0...Self.width(to: max($0, 1)) })
    self.init(
      name, title: title, x: x, y: y,
      series: curves.map { Series($0.name, x: $0.epochs, y: $0.values) })
  }

  /// The plot of a result with the curves of all seeds, and the published ones, in place of its own.
  ///
  /// A series is a curve where it has its name, with that of the plot before it where the section has
  /// several trainings: `val_acc` of the plot `scratch` is the curve `scratch val_acc`.
  package func comparing(_ curves: [ComparedCurve]) -> Plot {
    var plot = self
    plot.panels = panels.map { panel in
      guard case .series(let series) = panel.content else { return panel }
      let compared = comparing(series, with: curves)
      var panel = panel
      panel.content = .series(compared)
      let end = compared.flatMap(\.x).max() ?? 0
      if let range = panel.x.range, end > range.upperBound {
        panel.x.range = range.lowerBound...Self.width(to: end)
      }
      return panel
    }
    return plot
  }

  /// The series of a panel, each curve with its companions. Stored results of earlier versions have
  /// companions that are left out, since the published figures may have changed.
  private func comparing(_ series: [Series], with curves: [ComparedCurve]) -> [Series] {
    var isCompared = false
    return series.flatMap { series -> [Series] in
      if series.isCompanion { return isCompared ? [] : [series] }
      let names = ["\(name) \(series.name)", series.name]
      let curve = names.lazy.compactMap { name in curves.first { $0.name == name } }.first
      isCompared = series.style == .line && curve != nil
      guard isCompared, let curve else { return [series] }
      return curve.series(named: series.name)
    }
  }

  /// The end of an axis on which the last epoch does not touch the frame.
  private static func width(to epoch: Double) -> Double { epoch * 1.02 }
}

extension ComparedCurve {
  /// The median over the seeds, and as its companions each seed, the published curve and the spread of
  /// its end.
  func series(named name: String) -> [Series] {
    let median = median
    var series = [Series(name, x: median.epochs, y: median.values)]
    if runs.count > 1 {
      series += runs.map { Series("each seed", x: $0.epochs, y: $0.values, isCompanion: true) }
    }
    if let published = published ?? end.flatMap({ .end(of: $0, at: endEpoch) }) {
      series.append(
        Series(
          published.source.legend, x: published.epochs, y: published.values,
          style: published.isWhole ? .path : .points, isCompanion: true))
    }
    if let criterion = end?.criterion, let band = criterion.band {
      let name = "\(criterion.runnerName), \(band.runs) runs"
      series.append(Series(name, band: band, at: endEpoch))
    }
    return series
  }
}

extension Series {
  /// The spread of published runs as a span at `position`, a companion of the series before it.
  ///
  /// - Parameter name: The legend's one entry for all spans of that name in a panel.
  package init(_ name: String, band: Band, at position: Double) {
    let middle = band.median ?? (band.minimum + band.maximum) / 2
    self.init(name, x: [position], y: [middle], low: [band.minimum], high: [band.maximum])
  }
}
