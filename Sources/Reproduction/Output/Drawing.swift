/// A plot or a graph in the output folder, and as pictures to put into a page.
package struct Drawing: Sendable {
  /// A picture as a part of a page.
  package struct Picture: Sendable {
    /// The title; empty for none.
    package let title: String
    let svg: InlineSVG
  }

  /// How pictures lie side by side.
  package enum Layout: String, Sendable {
    /// One picture.
    case single
    /// A graph, which may be wider than the page.
    case graph
    /// Panels with axes.
    case panels
    /// Small pictures without axes.
    case tiles
  }

  package let title: String
  /// The paths of the pictures' data in the output folder.
  package let data: [String]
  /// The path of the SVG; nil if the drawing program is missing or failed.
  package let svg: String?
  package let png: String?
  /// The pictures for a page; empty if the drawing program is missing or failed.
  package var pictures: [Picture] = []
  package var layout = Layout.single
}
