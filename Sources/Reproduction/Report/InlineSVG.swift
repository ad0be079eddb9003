import Foundation
import GannetPlots

/// An SVG of gnuplot's or Graphviz's, changed to be a part of a page: its colours and fonts are the
/// page's, and its identifiers are unlike those of the page's other drawings.
struct InlineSVG: Sendable {
  let html: HTML

  /// - Parameters:
  ///   - prefix: The beginning of its identifiers.
  ///   - label: The description for those who do not see it.
  init(_ svg: String, prefix: String, label: String) {
    var text = svg
    if let start = text.range(of: "<svg") { text.removeSubrange(..<start.lowerBound) }
    for pattern in Self.superfluous { text = Self.replacing(pattern, in: text, by: "") }
    text = Self.replacing(#"\bid=(['"])"#, in: text, by: "id=$1\(prefix)")
    text = Self.replacing(#"href=(['"])#"#, in: text, by: "href=$1#\(prefix)")
    text = Self.replacing(#"url\(#"#, in: text, by: "url(#\(prefix)")
    text = Self.themed(text)
    if let tag = text.range(of: "<svg") {
      let attributes: HTML = "<svg role=\"img\" aria-label=\"\(label)\""
      text.replaceSubrange(tag, with: attributes.text)
    }
    html = HTML(wellFormed: text.trimmingCharacters(in: .whitespacesAndNewlines))
  }

  /// Comments, titles that a browser would show as the mouse hovers, groups of nothing, fonts.
  private static let superfluous = [
    #"<!--[\s\S]*?-->\n?"#, #"<title>[\s\S]*?</title>\n?"#, #"<desc>[\s\S]*?</desc>\n?"#,
    #"<g [^>]*>\s*</g>\n?"#, #"<filter [\s\S]*?</filter>\n?"#, #" font-family="[^"]*""#,
  ]

  /// Colours by their role, and black and white as ink and paper.
  private static func themed(_ text: String) -> String {
    var text = text
    for (color, role) in PlotStyle.roles {
      let channels = stride(from: 1, to: 7, by: 2).compactMap { index in
        Int(color.dropFirst(index).prefix(2), radix: 16).map { " *\($0)" }
      }
      text = replacing(
        #"rgb\("# + channels.joined(separator: ", *") + #" *\)"#, in: text, by: "var(--\(role))")
    }
    text = replacing(#"(fill|stroke|color) ?= ?(['"])black['"]"#, in: text, by: "$1=$2var(--ink)$2")
    return replacing(
      #"(fill|stroke) ?= ?(['"])(white|transparent)['"]"#, in: text, by: "$1=$2none$2")
  }

  private static func replacing(_ pattern: String, in text: String, by template: String) -> String {
    text.replacingOccurrences(of: pattern, with: template, options: .regularExpression)
  }
}
