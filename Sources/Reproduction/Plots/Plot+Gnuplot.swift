import Foundation

/// A file format that gnuplot draws.
enum PlotFormat: String, CaseIterable {
  case svg, png
}

extension Plot {
  /// A gnuplot script, data included, that draws the plot to `file`.
  func gnuplotScript(_ format: PlotFormat, to file: String) -> String {
    let rows = (panels.count + columns - 1) / columns
    let isSingle = panels.count == 1
    let panel = isSingle ? PlotStyle.singlePanel : PlotStyle.gridPanel
    let (width, height) = (panel.width * columns, panel.height * rows + (isSingle ? 0 : 30))
    var lines = [terminal(format, width: width, height: height), "set output \(quoted(file))"]
    lines.append(PlotStyle.preamble)
    for (index, panel) in panels.enumerated() { lines.append(panel.dataBlocks(panel: index)) }
    if !isSingle {
      lines.append(
        "set multiplot layout \(rows),\(columns) title \(quoted(title)) font ',15' noenhanced")
    }
    for (index, panel) in panels.enumerated() {
      lines.append(panel.drawing(panel: index, title: isSingle ? title : panel.title))
    }
    if !isSingle { lines.append("unset multiplot") }
    return lines.joined(separator: "\n") + "\nunset output\n"
  }

  private func terminal(_ format: PlotFormat, width: Int, height: Int) -> String {
    switch format {
    case .svg:
      return "set terminal svg size \(width),\(height) enhanced font 'sans-serif,13' "
        + "background rgb 'white'"
    case .png:
      let scale = PlotStyle.pngScale
      return "set terminal pngcairo size \(width * scale),\(height * scale) enhanced "
        + "font 'sans,10' fontscale \(scale) linewidth \(scale) pointscale \(scale) "
        + "background rgb 'white'"
    }
  }
}

extension Panel {
  /// The named data blocks that the drawing commands of panel number `panel` read.
  fileprivate func dataBlocks(panel: Int) -> String {
    switch content {
    case .series(let series):
      return series.enumerated().map { index, series in
        let rows = series.x.indices.map { row in
          ([series.x[row], series.y[row]]
            + [series.low?[row], series.high?[row]].compactMap(\.self))
            .map(number).joined(separator: " ")
        }
        return block("$p\(panel)s\(index)", rows)
      }.joined(separator: "\n")
    case .heatMap(let map):
      return block("$p\(panel)", map.rows.map { $0.map(number).joined(separator: " ") })
    }
  }

  /// The commands that draw the panel from its data blocks.
  fileprivate func drawing(panel: Int, title: String) -> String {
    var lines = [
      "set title \(quoted(title)) font ',14' noenhanced",
      "set xlabel \(quoted(x.label)) noenhanced",
      "set ylabel \(quoted(y.label)) noenhanced",
      axis("x", x), axis("y", y),
    ]
    switch content {
    case .series(let series):
      lines.append("set key outside below center horizontal noenhanced samplen 3")
      lines.append(plotCommand(series, panel: panel))
    case .heatMap(let map):
      lines.append(heatMapCommands(map, panel: panel))
    }
    return lines.joined(separator: "\n")
  }

  private func axis(_ name: String, _ axis: Axis) -> String {
    let range = axis.range.map { "[\(number($0.lowerBound)):\(number($0.upperBound))]" } ?? "[*:*]"
    let scale =
      axis.isLogarithmic
      ? "set logscale \(name) 10\nset format \(name) '10^{%T}'"
      : "unset logscale \(name)\nset format \(name) '%h'"
    return "set \(name)range \(range)\n\(scale)\nset \(name)tics autofreq"
  }

  private func plotCommand(_ series: [Series], panel: Int) -> String {
    let bars = series.filter { $0.style == .bars }
    var color = -1
    var barIndex = 0
    let parts = series.enumerated().compactMap { index, series -> String? in
      if series.style != .spans { color += 1 }
      guard isDrawable(series) else { return nil }
      let shift = bars.count > 1 ? Double(barIndex) - Double(bars.count - 1) / 2 : 0
      if series.style == .bars { barIndex += 1 }
      return command(
        for: series, data: "$p\(panel)s\(index)", color: max(color, 0),
        bar: (shift: shift, count: max(bars.count, 1)))
    }
    guard !parts.isEmpty else {
      return "set label 1 'no finite values' at graph 0.5,0.5 center\n"
        + "plot [0:1] [0:1] NaN notitle\nunset label 1"
    }
    return "plot " + parts.joined(separator: ", \\\n  ")
  }

  private func command(
    for series: Series, data: String, color index: Int, bar: (shift: Double, count: Int)
  ) -> String {
    let color = "linecolor rgb '\(PlotStyle.colors[index % PlotStyle.colors.count])'"
    let mark = "pointtype \(PlotStyle.marks[index % PlotStyle.marks.count]) pointsize 0.5"
    let dash = "dashtype \(PlotStyle.dashes[index % PlotStyle.dashes.count]) linewidth 2"
    let title = series.name.isEmpty ? "notitle" : "title \(quoted(series.name))"
    switch series.style {
    case .line where series.x.count == 1:
      return "\(data) using 1:2 with points \(color) \(mark) \(title)"
    case .line:
      return "\(data) using 1:2 with lines \(color) \(dash) \(title)"
    case .points:
      return "\(data) using 1:2 with points \(color) \(mark) \(title)"
    case .steps:
      return "\(data) using 1:2 with steps \(color) \(dash) \(title)"
    case .bars:
      let width = 0.85 * spacing(series.x) / Double(bar.count)
      return "\(data) using ($1+\(number(bar.shift * width))):2:(\(number(width))) with boxes "
        + "\(color) \(title)"
    case .spans:
      return "\(data) using 1:2:3:4 with yerrorbars \(color) linewidth 1.5 pointtype 2 "
        + "pointsize 0.6 \(title)"
    }
  }

  private func heatMapCommands(_ map: HeatMap, panel: Int) -> String {
    let (rows, columns) = (map.rows.count, map.rows[0].count)
    var lines = [
      "set xrange [-0.5:\(columns).0-0.5]", "set yrange [\(rows).0-0.5:-0.5]",
      "unset key", "unset grid", "set border 15",
      map.range.map { "set cbrange [\(number($0.lowerBound)):\(number($0.upperBound))]" }
        ?? "set cbrange [*:*]",
    ]
    if let labels = map.columnLabels { lines.append(ticks("x", labels)) }
    if let labels = map.rowLabels { lines.append(ticks("y", labels)) }
    lines.append("plot $p\(panel) matrix using 1:2:3 with image pixels notitle")
    lines.append("set border 3\nset key\nset grid")
    return lines.joined(separator: "\n")
  }

  private func ticks(_ axis: String, _ labels: [String]) -> String {
    let ticks = labels.enumerated().map { "\(quoted($0.element)) \($0.offset)" }
    return "set \(axis)tics (\(ticks.joined(separator: ", "))) noenhanced"
  }

  private func isDrawable(_ series: Series) -> Bool {
    zip(series.x, series.y).contains { x, y in
      x.isFinite && y.isFinite && (!self.x.isLogarithmic || x > 0)
        && (!self.y.isLogarithmic || y > 0)
    }
  }

  private func spacing(_ positions: [Double]) -> Double {
    let sorted = positions.sorted()
    return zip(sorted.dropFirst(), sorted).map { $0 - $1 }.filter { $0 > 0 }.min() ?? 1
  }

  private func block(_ name: String, _ rows: [String]) -> String {
    "\(name) << EOD\n" + rows.map { $0 + "\n" }.joined() + "EOD"
  }
}

/// A number as gnuplot reads it.
private func number(_ value: Double) -> String { value.isFinite ? "\(value)" : "NaN" }

/// A string of gnuplot's that nothing inside it can end.
private func quoted(_ text: String) -> String {
  "'" + text.map { $0 == "'" ? "''" : $0.isNewline ? " " : String($0) }.joined() + "'"
}
