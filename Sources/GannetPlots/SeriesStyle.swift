/// Turns the series of a panel, in their order, into gnuplot's drawing commands.
///
/// Each series takes the next colour, dash and mark; a companion takes the colour of the one before it,
/// and a guide takes none.
struct SeriesStyle {
  private let barCount: Int
  private let positions: (low: Double, high: Double)
  private var index = -1
  private var barIndex = 0
  private var companions: [(name: String, style: Series.Style)] = []

  /// - Parameter start: Where the horizontal axis begins; nil for the first of the positions.
  init(all series: [Series], from start: Double?) {
    barCount = max(1, series.count { $0.style == .bars })
    let x = series.flatMap(\.x).filter(\.isFinite)
    positions = (start ?? x.min() ?? 0, x.max() ?? 1)
  }

  /// The part of a plot command that draws `series` from the block `data`.
  mutating func command(for series: Series, data: String) -> String {
    if series.isCompanion {
      note(series)
    } else if series.style != .guide {
      index += 1
    }
    let color = "linecolor rgb '\(PlotStyle.colors[max(index, 0) % PlotStyle.colors.count])'"
    let dash =
      series.isCompanion
      ? PlotStyle.thinLine
      : "dashtype \(PlotStyle.dashes[max(index, 0) % PlotStyle.dashes.count]) linewidth 2"
    let mark =
      series.isCompanion
      ? PlotStyle.hollowMark
      : "pointtype \(PlotStyle.marks[max(index, 0) % PlotStyle.marks.count]) pointsize 0.5"
    let title =
      series.name.isEmpty || series.isCompanion ? "notitle" : "title \(quoted(series.name))"
    switch series.style {
    case .line where series.x.count > 1:
      return "\(data) using 1:2 with lines \(color) \(dash) \(title)"
    case .line, .points:
      return "\(data) using 1:2 with points \(color) \(mark) \(title)"
    case .path:
      return "\(data) using 1:2 with linespoints \(color) "
        + "\(series.isCompanion ? dash : "linewidth 1.5") \(mark) \(title)"
    case .guide:
      return "\(data) using 1:2 with lines linecolor rgb '\(PlotStyle.guide)' linewidth 1 \(title)"
    case .steps:
      return "\(data) using 1:2 with steps \(color) \(dash) \(title)"
    case .bars:
      return bars(series, data: data) + " \(color) \(title)"
    case .spans:
      return spans(series, data: data, color: color)
    }
  }

  /// Bars of several series stand side by side.
  private mutating func bars(_ series: Series, data: String) -> String {
    let sorted = series.x.sorted()
    let spacing = zip(sorted.dropFirst(), sorted).map { $0 - $1 }.filter { $0 > 0 }.min() ?? 1
    let width = 0.85 * spacing / Double(barCount)
    let shift = (Double(barIndex) - Double(barCount - 1) / 2) * width
    barIndex += 1
    return "\(data) using ($1+\(number(shift))):2:(\(number(width))) with boxes fill solid noborder"
  }

  /// A span is a pale box with a line at its middle; a single one, such as of the ends of other runs'
  /// curves, has a paler strip before it.
  private func spans(_ series: Series, data: String, color: String) -> String {
    let half = max(positions.high - positions.low, 1e-9) * 0.015
    let (left, right) = ("($1-\(number(half)))", "($1+\(number(half)))")
    let strip =
      series.x.count > 1
      ? ""
      : "\(data) using 1:2:(\(number(positions.low))):1:3:4 with boxxyerror "
        + "fill transparent solid 0.12 noborder \(color) notitle, \\\n  "
    return strip
      + "\(data) using 1:2:\(left):\(right):3:4 with boxxyerror "
      + "fill transparent solid 0.35 noborder \(color) notitle, \\\n  "
      + "\(data) using \(left):2:(\(number(2 * half))):(0) with vectors nohead linewidth 1.5 \(color) "
      + "notitle"
  }

  /// Notes a companion for the legend, where marks with a line stand for those without as well.
  private mutating func note(_ series: Series) {
    guard !series.name.isEmpty else { return }
    if let known = companions.firstIndex(where: { $0.name == series.name }) {
      if series.style == .path { companions[known].style = .path }
    } else {
      companions.append((series.name, series.style))
    }
  }

  /// The grey entries at the legend's end that stand for companions, one for each name.
  var companionLegend: [String] {
    companions.map { name, style in
      let drawn =
        switch style {
        case .line, .steps, .guide: "lines \(PlotStyle.thinLine)"
        case .points: "points \(PlotStyle.hollowMark)"
        case .path: "linespoints \(PlotStyle.thinLine) \(PlotStyle.hollowMark)"
        case .bars, .spans: "boxes fill transparent solid 0.35 noborder"
        }
      return "keyentry with \(drawn) linecolor rgb '\(PlotStyle.ink)' title \(quoted(name))"
    }
  }
}
