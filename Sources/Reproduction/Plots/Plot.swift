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
  /// The title above all panels.
  package var title: String
  /// The panels, row by row.
  package var panels: [Panel]
  /// The number of panels side by side.
  package var columns: Int

  /// - Parameter columns: The number of panels side by side; up to three by default.
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
}

/// A panel: a pair of axes, or a heat map.
package struct Panel: Codable, Sendable {
  package enum Content: Codable, Sendable {
    case series([Series])
    case heatMap(HeatMap)
  }

  /// The panel's title; empty for none.
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

/// An axis: label, scale and range.
package struct Axis: Codable, Sendable {
  package var label: String
  /// Whether the scale is logarithmic.
  package var isLogarithmic: Bool
  /// The range shown; nil for the data's range.
  package var range: ClosedRange<Double>?

  package init(_ label: String, log isLogarithmic: Bool = false, range: ClosedRange<Double>? = nil)
  {
    self.label = label
    self.isLogarithmic = isLogarithmic
    self.range = range
  }
}
