/// Figures under one constant: a single one, a list, the elements of a matrix, the final values of
/// a training's curves.
package protocol FigureGroup: Sendable {
  /// The figures, in the order in which they are shown.
  var figures: [PublishedFigure] { get }
  /// The published curves; none by default.
  var curves: [PublishedCurve] { get }
}

extension FigureGroup {
  package var curves: [PublishedCurve] { [] }
}

extension PublishedFigure: FigureGroup {
  package var figures: [PublishedFigure] { [self] }
}

extension Array: FigureGroup where Element: FigureGroup {
  package var figures: [PublishedFigure] { flatMap(\.figures) }
  package var curves: [PublishedCurve] { flatMap(\.curves) }
}

/// The elements of a printed matrix, each a figure: `name[0,1]`.
package struct MatrixFigures: FigureGroup {
  /// `[row][column]`.
  let elements: [[PublishedFigure]]

  package init(
    _ name: String, _ rows: [[PrintedNumber]], source: PublishedFigure.Source = .release
  ) {
    elements = rows.enumerated().map { row, values in
      values.enumerated().map { column, value in
        .exact("\(name)[\(row),\(column)]", value, source: source)
      }
    }
  }

  package var figures: [PublishedFigure] { elements.flatMap(\.self) }
}

/// The sizes of an image shape, `[N, C, H, W]`, that the book prints.
package struct ShapeFigures: FigureGroup {
  /// The axes that are reported, each with its figure.
  let axes: [(axis: Int, figure: PublishedFigure)]

  package init(
    _ name: String, channels: PrintedNumber? = nil, height: PrintedNumber? = nil,
    width: PrintedNumber? = nil
  ) {
    let sizes = [("channels", 1, channels), ("height", 2, height), ("width", 3, width)]
    axes = sizes.compactMap { size, axis, printed in
      printed.map { (axis, .exact("\(name): \(size)", $0)) }
    }
  }

  package var figures: [PublishedFigure] { axes.map(\.figure) }
}

/// The figures of one training: the number of parameters, the final values of its curves, and the
/// curves themselves as far as they are known.
///
/// ```swift
/// TrainingFigures(
///   variant: "scratch", parameters: "8732", .band(.trainPerplexity, book: 6.94, 6.67, 6.81, 7.08),
///   curves: [.points(.trainPerplexity, [0.2: 22.7, 49.7: 6.94])])
/// ```
package struct TrainingFigures: FigureGroup {
  /// The name of a training among several of a section: `scratch` makes `train_loss` the figure
  /// `scratch train_loss`; nil for a section's only one.
  package let variant: String?
  /// The number of parameters.
  package let parameters: PublishedFigure
  private let ends: [PublishedFigure]
  /// The published curves.
  package let curves: [PublishedCurve]

  /// - Parameters:
  ///   - variant: By default there is none.
  ///   - parameters: The expected number; not judged by default.
  ///   - ends: The last values of curves.
  ///   - curves: Curves of which more than the last value is known; none by default.
  package init(
    variant: String? = nil, parameters: PrintedNumber? = nil, _ ends: PublishedFigure...,
    curves: [PublishedCurve] = []
  ) {
    self.variant = variant
    let name = Self.name("parameters", variant)
    self.parameters = parameters.map { .exact(name, $0, source: .definition) } ?? .ours(name)
    self.ends = ends.map { $0.renamed(Self.name($0.name, variant)) }
    self.curves = curves.map { $0.renamed(Self.name($0.name, variant)) }
  }

  package var figures: [PublishedFigure] { [parameters] + ends }

  /// The figure of a curve's final value.
  package subscript(curve: CurveName) -> PublishedFigure { end(of: curve.rawValue) }

  func end(of curve: String) -> PublishedFigure {
    let name = Self.name(curve, variant)
    return ends.first { $0.name == name } ?? .ours(name)
  }

  private static func name(_ name: String, _ variant: String?) -> String {
    variant.map { "\($0) \(name)" } ?? name
  }
}
