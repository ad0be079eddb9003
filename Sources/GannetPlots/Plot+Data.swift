extension Plot {
  /// The numbers behind each panel as CSV, by the name of its file without extension: `name`, with
  /// the panel's number where there are several.
  package func csv(named name: String) -> [(name: String, text: String)] {
    panels.enumerated().map { index, panel in
      (panels.count == 1 ? name : "\(name)-\(index + 1)", panel.csv())
    }
  }
}

extension Panel {
  fileprivate func csv() -> String {
    switch content {
    case .series(let series):
      let rows = zip(series, names(of: series)).flatMap { series, name in
        series.x.indices.map { index in
          let ends = [series.low, series.high].map { $0.map { "\($0[index])" } ?? "" }
          return ([quoted(name), "\(series.x[index])", "\(series.y[index])"] + ends)
            .joined(separator: ",")
        }
      }
      return (["series,x,y,low,high"] + rows).joined(separator: "\n") + "\n"
    case .heatMap(let map):
      let heading = (map.columnLabels ?? map.rows[0].indices.map(String.init)).map(quoted)
      let rows = map.rows.enumerated().map { index, row in
        ([quoted(map.rowLabels?[index] ?? "\(index)")] + row.map { "\($0)" })
          .joined(separator: ",")
      }
      return ((["row"] + heading).joined(separator: ",") + "\n") + rows.joined(separator: "\n")
        + "\n"
    }
  }

  /// The names of series, a companion's before that of the series that it goes with.
  private func names(of series: [Series]) -> [String] {
    var leader = ""
    return series.map { series in
      guard series.isCompanion else {
        leader = series.name
        return series.name
      }
      return leader.isEmpty || series.name.isEmpty ? series.name : "\(series.name): \(leader)"
    }
  }

  private func quoted(_ text: String) -> String {
    guard text.contains(where: { ",\"\n".contains($0) }) else { return text }
    return "\"" + text.map { $0 == "\"" ? "\"\"" : String($0) }.joined() + "\""
  }
}
