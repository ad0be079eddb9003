/// A figure: one panel, or several in a grid.
///
/// ```swift
/// Plot("relu", title: "ReLU", panels: [
///   Panel(x: Axis("x"), y: Axis("relu(x)"), series: [Series("relu", x: x, y: y)])
/// ])
/// ```
package struct Plot: Codable, Sendable {
  /// The name of its files within its section, such as `curves`.
  package var name: String
  /// What is shown, above all panels.
  package var title: String
  /// The panels, row by row.
  package var panels: [Panel]
  /// The number of panels side by side.
  package var columns: Int

  /// - Parameter columns: Default: up to three side by side.
  package init(_ name: String, title: String, panels: [Panel], columns: Int? = nil) {
    self.name = name
    self.title = title
    self.panels = panels
    self.columns = max(1, columns ?? min(panels.count, 3))
  }

  /// A figure of one panel.
  package init(_ name: String, title: String, x: Axis, y: Axis, series: [Series]) {
    self.init(name, title: title, panels: [Panel(x: x, y: y, series: series)])
  }

  /// The curves of a training over its epochs, with the spread of the book's builds at the end.
  ///
  /// - Parameters:
  ///   - published: The section's published figures; a band is drawn where one has a curve's name.
  ///   - variant: Which training of the section the curves are of, as `SectionResult.add` names
  ///     them: `scratch` looks for the band of `scratch train_loss`. Default: none.
  ///   - y: The vertical axis. Default: linear, without a label.
  package init(
    _ name: String, title: String, curves: [Curve], published: [PublishedFigure] = [],
    variant: String? = nil, y: Axis = Axis("")
  ) {
    let series = curves.flatMap { curve -> [Series] in
      let line = Series(curve.name, x: curve.epochs, y: curve.values)
      let figure = variant.map { "\($0) \(curve.name)" } ?? curve.name
      let criterion = published.first { $0.name == figure }?.criterion
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

/// One pair of axes, or one map of colours.
package struct Panel: Codable, Sendable {
  package enum Content: Codable, Sendable {
    case series([Series])
    case heatMap(HeatMap)
  }

  /// What tells the panel from its neighbours; empty for none.
  package var title: String
  package var x: Axis
  package var y: Axis
  package var content: Content

  package init(_ title: String = "", x: Axis = Axis(""), y: Axis = Axis(""), series: [Series]) {
    self.title = title
    self.x = x
    self.y = y
    content = .series(series)
  }

  package init(_ title: String = "", x: Axis = Axis(""), y: Axis = Axis(""), heatMap: HeatMap) {
    self.title = title
    self.x = x
    self.y = y
    content = .heatMap(heatMap)
  }
}

/// What an axis is called and what part of it is shown.
package struct Axis: Codable, Sendable {
  package var label: String
  /// Whether equal factors, not equal differences, are equally far apart.
  package var isLogarithmic: Bool
  /// The part shown; nil for what the data spans.
  package var range: ClosedRange<Double>?

  package init(_ label: String, log isLogarithmic: Bool = false, range: ClosedRange<Double>? = nil)
  {
    self.label = label
    self.isLogarithmic = isLogarithmic
    self.range = range
  }
}
