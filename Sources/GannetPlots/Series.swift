import GannetTensor

/// A data series of a plot.
public struct Series: Codable, Sendable {
  /// How the points are drawn.
  public enum Style: String, Codable, Sendable {
    /// A line from point to point.
    case line
    /// A mark at every point.
    case points
    /// Steps, which keep a value until the next point.
    case steps
    /// Bars from 0.
    case bars
    /// A line with a mark at every point, such as the steps of a descent.
    case path
    /// A thin grey line behind the others, such as a level line; NaNs interrupt it.
    case guide
    /// Vertical spans with a mark.
    case spans
  }

  /// The name in the legend; empty for none.
  public var name: String
  /// Where the points are; those that are not finite are left out.
  public var x: [Double]
  /// The values there; those that are not finite are left out.
  public var y: [Double]
  /// How they are drawn.
  public var style: Style
  /// Whether it goes with the series before it, in whose colour it is drawn: a thin line, hollow marks or
  /// spans. The legend has one grey entry for all companions of a name in a panel.
  public var isCompanion: Bool
  /// The lower ends of spans; nil for every other style.
  public var low: [Double]?
  /// The upper ends of spans; nil for every other style.
  public var high: [Double]?

  /// Points of a line by default; stops unless `x` and `y` have as many.
  ///
  /// - Parameters:
  ///   - name: The name in the legend; empty for none.
  ///   - x: Where the points are.
  ///   - y: The values there.
  ///   - style: How they are drawn.
  ///   - isCompanion: Whether it goes with the series before it, such as another run of the same.
  public init(
    _ name: String, x: [Double], y: [Double], style: Style = .line, isCompanion: Bool = false
  ) {
    guard x.count == y.count else {
      fail("Series: \(x.count) positions and \(y.count) values of \"\(name)\"")
    }
    self.name = name
    self.x = x
    self.y = y
    self.style = style
    self.isCompanion = isCompanion
  }

  /// Spans from `low` to `high` with a mark at `y`, a companion of the series before them, such as the
  /// spread of several runs.
  ///
  /// - Parameters:
  ///   - name: The legend's one entry for all spans of a panel.
  ///   - x: The positions.
  ///   - y: The values at the marks.
  ///   - low: The lower ends.
  ///   - high: The upper ends.
  public init(_ name: String, x: [Double], y: [Double], low: [Double], high: [Double]) {
    self.init(name, x: x, y: y, style: .spans, isCompanion: true)
    guard low.count == x.count, high.count == x.count else {
      fail("Series: \(x.count) positions, \(low.count) and \(high.count) ends of \"\(name)\"")
    }
    self.low = low
    self.high = high
  }

  /// A histogram of `values` with `bins` bins of equal width.
  ///
  /// - Parameters:
  ///   - name: The entry in the legend.
  ///   - values: The values; those that are not finite are left out.
  ///   - bins: The number of bins.
  ///   - range: The range of the bins; values outside are ignored. By default, the range of the
  ///     values.
  public static func histogram(
    _ name: String, of values: [Double], bins: Int, range: ClosedRange<Double>? = nil
  ) -> Series {
    guard bins > 0 else { fail("Series.histogram: \(bins) bins") }
    let values = values.filter(\.isFinite)
    let range = range ?? (values.min() ?? 0)...(values.max() ?? 1)
    let width =
      range.upperBound > range.lowerBound
      ? (range.upperBound - range.lowerBound) / Double(bins) : 1
    var counts = [Double](repeating: 0, count: bins)
    for value in values where range.contains(value) {
      counts[min(Int((value - range.lowerBound) / width), bins - 1)] += 1
    }
    let centers = (0..<bins).map { range.lowerBound + (Double($0) + 0.5) * width }
    return Series(name, x: centers, y: counts, style: .bars)
  }
}

extension Series {
  /// Reads a series, from files of earlier versions too, in which only spans are companions.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    name = try container.decode(String.self, forKey: .name)
    x = try container.decode([Double].self, forKey: .x)
    y = try container.decode([Double].self, forKey: .y)
    style = try container.decode(Style.self, forKey: .style)
    isCompanion =
      try container.decodeIfPresent(Bool.self, forKey: .isCompanion) ?? (style == .spans)
    low = try container.decodeIfPresent([Double].self, forKey: .low)
    high = try container.decodeIfPresent([Double].self, forKey: .high)
  }
}

/// A matrix shown as colours, row 0 on top.
public struct HeatMap: Codable, Sendable {
  /// The rows, all of one length.
  public var rows: [[Double]]
  /// The names of the rows and columns; nil for their numbers.
  public var rowLabels: [String]?
  /// The labels of the columns; nil for none.
  public var columnLabels: [String]?
  /// The values at the ends of the colour scale; nil for the data's range.
  public var range: ClosedRange<Double>?
  /// Whether it is an image: square grey pixels from black to white, without axes.
  public var isPicture = false

  /// A map of `rows`, of one length; stops at others, and at labels that don't fit.
  public init(
    _ rows: [[Double]], rowLabels: [String]? = nil, columnLabels: [String]? = nil,
    range: ClosedRange<Double>? = nil
  ) {
    let width = rows.first?.count ?? 0
    guard width > 0, rows.allSatisfy({ $0.count == width }) else {
      fail("HeatMap: rows of lengths \(rows.map(\.count))")
    }
    guard rowLabels?.count ?? rows.count == rows.count, columnLabels?.count ?? width == width else {
      fail("HeatMap: labels don't fit \(rows.count) rows of \(width)")
    }
    self.rows = rows
    self.rowLabels = rowLabels
    self.columnLabels = columnLabels
    self.range = range
  }

  /// A grey image, from black at the lowest value to white at the highest.
  ///
  /// - Parameters:
  ///   - pixels: The values, row by row.
  ///   - range: The values of black and white; by default, the range of the pixels.
  public static func picture(_ pixels: [[Double]], range: ClosedRange<Double>? = nil) -> HeatMap {
    var map = HeatMap(pixels, range: range)
    map.isPicture = true
    return map
  }
}
