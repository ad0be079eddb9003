/// A data series of a plot.
package struct Series: Codable, Sendable {
  package enum Style: String, Codable, Sendable {
    case line, points, steps, bars
    /// A line with a mark at every point, such as the steps of a descent.
    case path
    /// A thin grey line behind the others, such as a level line; NaNs interrupt it.
    case guide
    /// Vertical spans with a mark; drawn in the colour of the series before it.
    case spans
  }

  /// The name in the legend; empty for none.
  package var name: String
  package var x: [Double]
  package var y: [Double]
  package var style: Style
  /// The ends of spans; nil for every other style.
  package var low: [Double]?
  package var high: [Double]?

  package init(_ name: String, x: [Double], y: [Double], style: Style = .line) {
    guard x.count == y.count else {
      fatalError("Series: \(x.count) positions and \(y.count) values of \"\(name)\"")
    }
    self.name = name
    self.x = x
    self.y = y
    self.style = style
  }

  /// The spread of published runs as a span at `position`, in the colour of the series before it.
  ///
  /// - Parameter name: What the legend says of all spans of a panel, once.
  package init(_ name: String, band: Band, at position: Double) {
    let middle = band.median ?? (band.minimum + band.maximum) / 2
    self.init(name, x: [position], y: [middle], style: .spans)
    low = [band.minimum]
    high = [band.maximum]
  }

  /// A histogram of `values` with `bins` bins of equal width.
  ///
  /// - Parameter range: The range of the bins; values outside are ignored. By default, the range of
  ///   the values.
  package static func histogram(
    _ name: String, of values: [Double], bins: Int, range: ClosedRange<Double>? = nil
  ) -> Series {
    guard bins > 0 else { fatalError("Series.histogram: \(bins) bins") }
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

/// A matrix shown as colours, row 0 on top.
package struct HeatMap: Codable, Sendable {
  /// The rows, all of one length.
  package var rows: [[Double]]
  /// The names of the rows and columns; nil for their numbers.
  package var rowLabels: [String]?
  package var columnLabels: [String]?
  /// The values at the ends of the colour scale; nil for the data's range.
  package var range: ClosedRange<Double>?
  /// Whether it is an image: square grey pixels from black to white, without axes.
  package var isPicture = false

  package init(
    _ rows: [[Double]], rowLabels: [String]? = nil, columnLabels: [String]? = nil,
    range: ClosedRange<Double>? = nil
  ) {
    let width = rows.first?.count ?? 0
    guard width > 0, rows.allSatisfy({ $0.count == width }) else {
      fatalError("HeatMap: rows of lengths \(rows.map(\.count))")
    }
    guard rowLabels?.count ?? rows.count == rows.count, columnLabels?.count ?? width == width else {
      fatalError("HeatMap: labels don't fit \(rows.count) rows of \(width)")
    }
    self.rows = rows
    self.rowLabels = rowLabels
    self.columnLabels = columnLabels
    self.range = range
  }

  /// A grey image, from black at the lowest value to white at the highest.
  ///
  /// - Parameter range: The values of black and white; by default, the range of the pixels.
  package static func picture(_ pixels: [[Double]], range: ClosedRange<Double>? = nil) -> HeatMap {
    var map = HeatMap(pixels, range: range)
    map.isPicture = true
    return map
  }
}
