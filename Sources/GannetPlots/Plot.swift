/// A figure: one panel, or several in a grid.
///
/// ```swift
/// let plot = Plot(
///   title: "ReLU", x: Axis("x"), y: Axis("relu(x)"), series: [Series("relu", x: x, y: y)])
/// try plot.write(to: URL(filePath: "relu.svg"))
/// ```
public struct Plot: Codable, Sendable {
  /// The name of its files where they are in a folder with others, such as `curves`.
  public var name: String
  /// The title above all panels.
  public var title: String
  /// The panels, row by row.
  public var panels: [Panel]
  /// The number of panels side by side.
  public var columns: Int

  /// - Parameters:
  ///   - name: The name of its files where they are in a folder with others; `plot` by default.
  ///   - title: The title above all panels.
  ///   - panels: The panels, row by row.
  ///   - columns: The number of panels side by side; up to three by default.
  public init(_ name: String = "plot", title: String, panels: [Panel], columns: Int? = nil) {
    self.name = name
    self.title = title
    self.panels = panels
    self.columns = max(1, columns ?? min(panels.count, 3))
  }

  /// A figure of one panel.
  public init(
    _ name: String = "plot", title: String, x: Axis, y: Axis, series: [Series]
  ) {
    self.init(name, title: title, panels: [Panel(x: x, y: y, series: series)])
  }
}

/// A panel: a pair of axes, or a heat map.
public struct Panel: Codable, Sendable {
  /// Series on axes, or a matrix as colours.
  public enum Content: Codable, Sendable {
    /// Series on a pair of axes.
    case series([Series])
    /// A matrix as colours.
    case heatMap(HeatMap)
  }

  /// The panel's title; empty for none.
  public var title: String
  /// The horizontal axis.
  public var x: Axis
  /// The vertical axis.
  public var y: Axis
  /// The data.
  public var content: Content

  /// A panel of series on common axes.
  public init(_ title: String = "", x: Axis = Axis(""), y: Axis = Axis(""), series: [Series]) {
    self.title = title
    self.x = x
    self.y = y
    content = .series(series)
  }

  /// A panel of one matrix.
  public init(_ title: String = "", x: Axis = Axis(""), y: Axis = Axis(""), heatMap: HeatMap) {
    self.title = title
    self.x = x
    self.y = y
    content = .heatMap(heatMap)
  }
}

/// An axis: label, scale and range.
public struct Axis: Codable, Sendable {
  /// The text beside it; empty for none.
  public var label: String
  /// Whether the scale is logarithmic.
  public var isLogarithmic: Bool
  /// The range shown; nil for the data's range.
  public var range: ClosedRange<Double>?

  /// A linear axis that shows what the data spans, by default.
  public init(_ label: String, log isLogarithmic: Bool = false, range: ClosedRange<Double>? = nil) {
    self.label = label
    self.isLogarithmic = isLogarithmic
    self.range = range
  }
}
