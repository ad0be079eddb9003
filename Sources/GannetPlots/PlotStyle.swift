/// The style of all plots.
package enum PlotStyle {
  /// Okabe and Ito's colours, distinguishable in all kinds of colour vision, by descending
  /// contrast.
  static let colors = [
    "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000",
  ]
  /// Dashes that distinguish curves without colours, as in the book: solid, dashed, dash-dotted.
  static let dashes = ["1", "(12,6)", "(12,5,2,5)", "(3,4)"]
  /// Point types of gnuplot: filled circle, square, triangle, diamond, inverted triangle.
  static let marks = [7, 5, 9, 13, 11]
  /// The line and the mark, an empty circle, of companions.
  static let thinLine = "dashtype 1 linewidth 1"
  static let hollowMark = "pointtype 6 pointsize 0.6"

  static let ink = "#333333"
  static let faint = "#D9D9D9"
  static let guide = "#999999"

  /// The viridis map, of even lightness.
  static let colorMap = [
    "#440154", "#472D7B", "#3B528B", "#2C728E", "#21918C", "#28AE80", "#5EC962", "#ADDC30",
    "#FDE725",
  ]

  /// The size of one panel in points of a screen.
  static let singlePanel = (width: 640, height: 420)
  static let gridPanel = (width: 440, height: 330)
  static let picturePanel = (width: 120, height: 140)
  /// The same for a page that lays panels out, in which they are narrower.
  static let pageSingle = (width: 480, height: 380)
  static let pagePanel = (width: 330, height: 250)
  /// A picture alone, without a title.
  static let pictureTile = (width: 120, height: 120)
  static let noMargins = "set lmargin 0\nset rmargin 0\nset tmargin 0\nset bmargin 0"

  /// Pixels of a PNG per point: sharp on a dense screen.
  static let pngScale = 2

  static let preamble = """
    set encoding utf8
    set border 3 linewidth 0.75 linecolor rgb '\(ink)'
    set tics nomirror out scale 0.5 textcolor rgb '\(ink)'
    set grid linetype 1 linewidth 0.5 linecolor rgb '\(faint)' back
    set style fill solid noborder
    """

  /// The colours of drawings by their role, for a page that has a theme of its own: `ink`, `faint`,
  /// `guide`, and `series-1` and so on.
  package static let roles: KeyValuePairs<String, String> = [
    ink: "ink", faint: "faint", guide: "guide", colors[0]: "series-1", colors[1]: "series-2",
    colors[2]: "series-3", colors[3]: "series-4", colors[4]: "series-5", colors[5]: "series-6",
  ]

  /// The colours of a map, or the greys of a picture.
  static func palette(isPicture: Bool) -> String {
    let colors = isPicture ? ["#000000", "#FFFFFF"] : colorMap
    let stops = colors.enumerated().map { "\($0.offset) '\($0.element)'" }
    return "set palette defined (\(stops.joined(separator: ", ")))"
  }
}
