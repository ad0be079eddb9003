import Foundation

/// A file format that gnuplot draws.
public enum PlotFormat: String, CaseIterable, Sendable {
  /// Vector graphics.
  case svg
  /// Pixels.
  case png
}

extension Plot {
  /// A gnuplot script, data included, that draws the plot to `file`.
  package func gnuplotScript(_ format: PlotFormat, to file: String) -> String {
    let rows = (panels.count + columns - 1) / columns
    let isSingle = panels.count == 1
    let panel =
      isSingle
      ? PlotStyle.singlePanel : arePictures ? PlotStyle.picturePanel : PlotStyle.gridPanel
    let (width, height) = (panel.width * columns, panel.height * rows + (isSingle ? 0 : 30))
    var lines = [terminal(format, width: width, height: height), "set output \(quoted(file))"]
    lines.append(PlotStyle.preamble)
    for (index, panel) in panels.enumerated() { lines.append(panel.dataBlocks(panel: index)) }
    if !isSingle {
      lines.append(
        "set multiplot layout \(rows),\(columns) title \(quoted(title)) font ',15' noenhanced")
      lines.append(margins)
    }
    for (index, panel) in panels.enumerated() {
      // Rectangles stay sharp in an SVG; in a PNG their smoothed edges would show as seams.
      lines.append(
        panel.drawing(
          format == .svg ? "image pixels" : "image", panel: index,
          title: isSingle ? title : panel.title))
    }
    if !isSingle { lines.append("unset multiplot") }
    return lines.joined(separator: "\n") + "\nunset output\n"
  }

  /// A gnuplot script that draws each panel to the SVG of the same place in `files`, for a page that
  /// lays them out: without titles and background, heat maps as embedded images.
  func panelScript(to files: [String]) -> String {
    let size =
      panels.count == 1
      ? PlotStyle.pageSingle : arePictures ? PlotStyle.pictureTile : PlotStyle.pagePanel
    var lines = [PlotStyle.preamble]
    for (index, panel) in panels.enumerated() {
      lines += [
        "set terminal svg size \(size.width),\(size.height) enhanced font 'sans-serif,13'",
        "set output \(quoted(files[index]))",
        arePictures ? PlotStyle.noMargins : "", panel.dataBlocks(panel: index),
        panel.drawing("image", panel: index, title: ""),
      ]
    }
    return lines.joined(separator: "\n") + "\nunset output\n"
  }

  /// Whether all panels are images without axes.
  package var arePictures: Bool {
    panels.allSatisfy { panel in
      if case .heatMap(let map) = panel.content { map.isPicture } else { false }
    }
  }

  /// Margins in characters, equal for all panels, so that their axes are aligned.
  private var margins: String {
    if arePictures { return "set lmargin 0.5\nset rmargin 0.5\nset tmargin 1.5\nset bmargin 0.2" }
    var (left, right) = (7, 2)
    for panel in panels {
      guard case .heatMap(let map) = panel.content else { continue }
      left = max(left, 3 + ((map.rowLabels ?? []).map(\.count).max() ?? 0))
      right = 8
    }
    if panels.contains(where: { !$0.y.label.isEmpty }) { left += 2 }
    return "set lmargin \(left)\nset rmargin \(right)"
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
      // gnuplot draws no image of one row or column alone, so it gets two of half the size.
      let rows = map.rows.map { row in row.count == 1 ? row + row : row }
      return block(
        "$p\(panel)",
        (rows.count == 1 ? rows + rows : rows).map { $0.map(number).joined(separator: " ") })
    }
  }

  /// The commands that draw the panel from its data blocks, a heat map in gnuplot's style `mapStyle`.
  fileprivate func drawing(_ mapStyle: String, panel: Int, title: String) -> String {
    let lines = [
      "set title \(quoted(title)) noenhanced "
        + (isPicture ? "font ',10' offset 0,-0.8" : "font ',14' offset 0,0"),
      "set xlabel \(quoted(x.label)) noenhanced",
      "set ylabel \(quoted(y.label)) noenhanced",
      axis("x", x), axis("y", y),
    ]
    switch content {
    case .series(let series):
      return (lines + [commands(for: series, panel: panel)]).joined(separator: "\n")
    case .heatMap(let map):
      return (lines + [commands(for: map, mapStyle, panel: panel)]).joined(separator: "\n")
    }
  }

  private var isPicture: Bool {
    if case .heatMap(let map) = content { map.isPicture } else { false }
  }

  private func axis(_ name: String, _ axis: Axis) -> String {
    let range = axis.range.map { "[\(number($0.lowerBound)):\(number($0.upperBound))]" } ?? "[*:*]"
    let scale =
      axis.isLogarithmic
      ? "set logscale \(name) 10\nset format \(name) '10^{%T}'"
      : "unset logscale \(name)\nset format \(name) '%h'"
    return "set \(name)range \(range)\n\(scale)\nset \(name)tics autofreq"
  }

  private func commands(for series: [Series], panel: Int) -> String {
    let named = series.filter { !$0.name.isEmpty }
    let key =
      named.isEmpty
      ? "unset key"
      : "set key outside below center horizontal Left reverse noenhanced samplen 2.5 width 2 height 1"
    var style = SeriesStyle(all: series, from: x.range?.lowerBound)
    let parts = series.enumerated().compactMap { index, series -> String? in
      let command = style.command(for: series, data: "$p\(panel)s\(index)")
      return isDrawable(series) ? command : nil
    }
    guard !parts.isEmpty else {
      return "unset key\nset label 1 'no finite values' at graph 0.5,0.5 center\n"
        + "plot [0:1] [0:1] NaN notitle\nunset label 1"
    }
    return "\(key)\nplot " + (parts + style.companionLegend).joined(separator: ", \\\n  ")
  }

  private func commands(for map: HeatMap, _ style: String, panel: Int) -> String {
    let (rows, columns) = (map.rows.count, map.rows[0].count)
    let colors = map.range.map { "[\(number($0.lowerBound)):\(number($0.upperBound))]" } ?? "[*:*]"
    return [
      PlotStyle.palette(isPicture: map.isPicture),
      "set xrange [-0.5:\(columns).0-0.5]\nset yrange [\(rows).0-0.5:-0.5]\nset cbrange \(colors)",
      "unset key\nunset grid\nset border \(map.isPicture ? 0 : 15)",
      map.isPicture ? "unset xtics\nunset ytics\nunset colorbox\nset size ratio -1" : "",
      map.isPicture ? "" : ticks("x", map.columnLabels, count: columns),
      map.isPicture ? "" : ticks("y", map.rowLabels, count: rows),
      "plot $p\(panel) matrix using \(columns == 1 ? "($1/2-0.25)" : "1"):"
        + "\(rows == 1 ? "($2/2-0.25)" : "2"):3 with \(style) notitle",
      "set border 3\nset grid\nset colorbox\nset size noratio",
    ].joined(separator: "\n")
  }

  /// The labels of the `count` rows or columns of a heat map, or their numbers: all of a few, else as
  /// gnuplot chooses.
  private func ticks(_ axis: String, _ labels: [String]?, count: Int) -> String {
    guard let labels else { return count <= 10 ? "set \(axis)tics 0,1" : "" }
    let ticks = labels.enumerated().map { "\(quoted($0.element)) \($0.offset)" }
    return "set \(axis)tics (\(ticks.joined(separator: ", "))) noenhanced"
  }

  private func isDrawable(_ series: Series) -> Bool {
    zip(series.x, series.y).contains { x, y in
      x.isFinite && y.isFinite && (!self.x.isLogarithmic || x > 0)
        && (!self.y.isLogarithmic || y > 0)
    }
  }

  private func block(_ name: String, _ rows: [String]) -> String {
    "\(name) << EOD\n" + rows.map { $0 + "\n" }.joined() + "EOD"
  }
}

/// A number as gnuplot reads it.
func number(_ value: Double) -> String { value.isFinite ? "\(value)" : "NaN" }

/// A quoted and escaped string for gnuplot.
func quoted(_ text: String) -> String {
  "'" + text.map { $0 == "'" ? "''" : $0.isNewline ? " " : String($0) }.joined() + "'"
}
