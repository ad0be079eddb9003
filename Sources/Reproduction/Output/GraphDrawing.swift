/// A drawing of nodes and edges, such as a tape's.
package struct GraphDrawing: Codable, Sendable {
  /// The name of its files within its section, such as `tape`.
  package var name: String
  /// The title.
  package var title: String
  /// The graph in Graphviz's language.
  package var text: String

  package init(_ name: String, title: String, text: String) {
    self.name = name
    self.title = title
    self.text = text
  }
}
