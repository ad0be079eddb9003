import GannetTensor

/// A runnable section of the book, with its published figures.
package struct Section: Sendable {
  /// The name on the command line, such as `mlp-scratch`.
  package let name: String
  /// A short description of the section.
  package let title: String
  /// The section in the book, such as `5.2, mlp-implementation`.
  package let reference: String
  /// The time that one seed takes on two cores, in seconds.
  package let seconds: Double
  /// The book's number of epochs; 0 without training by epochs.
  package let epochs: Int
  /// Whether results depend on the seed.
  package let isSeeded: Bool
  /// The path of the source file.
  package let source: String
  /// The published figures. Names are unique, and the book's values are in their bands.
  package let published: [PublishedFigure]
  /// The published curves. Names are unique, and curves end at the figures of their names.
  package let publishedCurves: [PublishedCurve]
  /// Runs the section for one seed.
  package let run: @Sendable (SectionContext) throws -> SectionResult

  /// Makes a section; stops where a figure or a curve is published twice, or contradicts its own band or
  /// the figure of its end.
  ///
  /// - Parameters:
  ///   - published: The section's constants; those that the book does not publish are ignored.
  ///   - source: The path of the source file, by default that of the call.
  ///   - run: Throws ``UnlistedFigures`` where the result has a constant that `published` lacks.
  package init(
    _ name: String, title: String, reference: String, seconds: Double, epochs: Int = 0,
    isSeeded: Bool = true, published: [any FigureGroup] = [], source: String = #filePath,
    run: @escaping @Sendable (SectionContext) throws -> SectionResult
  ) {
    self.name = name
    self.title = title
    self.reference = reference
    self.seconds = seconds
    self.epochs = epochs
    self.isSeeded = isSeeded
    self.source = source
    let figures = published.flatMap(\.figures).filter(\.isPublished)
    Self.check(figures, of: name)
    self.published = figures
    publishedCurves = published.flatMap(\.curves)
    Self.check(publishedCurves, of: name, epochs: epochs, with: figures)
    let names = Set(figures.map(\.name))
    self.run = { context in
      let result = try run(context)
      let unlisted = result.reportedAsPublished.subtracting(names)
      guard unlisted.isEmpty else { throw UnlistedFigures(names: unlisted.sorted()) }
      return result
    }
  }

  private static func check(_ figures: [PublishedFigure], of section: String) {
    var names: Set<String> = []
    for figure in figures {
      guard names.insert(figure.name).inserted else {
        fail("Section \(section): the figure \"\(figure.name)\" is published twice")
      }
      guard case .band(let band) = figure.criterion else { continue }
      for value in [figure.value, band.median].compactMap(\.self)
      where !band.range.contains(value) {
        fail(
          "Section \(section): \"\(figure.name)\" is \(value), outside its band \(band.range)")
      }
    }
  }

  private static func check(
    _ curves: [PublishedCurve], of section: String, epochs: Int, with figures: [PublishedFigure]
  ) {
    var names: Set<String> = []
    for curve in curves {
      guard names.insert(curve.name).inserted else {
        fail("Section \(section): the curve \"\(curve.name)\" is published twice")
      }
      if curve.isWhole, curve.values.count != epochs {
        fail(
          "Section \(section): the curve \"\(curve.name)\" has \(curve.values.count) values "
            + "for \(epochs) epochs")
      }
      let end = figures.first { $0.name == curve.name }?.value
      if let end, let last = curve.values.last, curve.source != .pyTorch, last != end {
        fail("Section \(section): the curve \"\(curve.name)\" ends at \(last) and at \(end)")
      }
    }
  }
}

/// The error of a section that reports constants that it does not list as published, which would
/// not be judged.
package struct UnlistedFigures: Error, CustomStringConvertible {
  package let names: [String]

  package var description: String {
    "the section does not list its figures " + names.map { "\"\($0)\"" }.joined(separator: ", ")
  }
}
