/// A section's result for one seed.
package struct SectionResult: Codable, Sendable {
  /// A named value, to compare to the published one of the same name.
  package struct Figure: Codable, Sendable, Equatable {
    package let name: String
    package let value: Double
  }

  /// The figures, in the order in which they are shown.
  package private(set) var figures: [Figure]
  /// The curves of trainings, stored in `metrics.json`.
  package var curves: [Curve]
  /// The plots to draw.
  package var plots: [Plot]
  /// The graphs to draw, before the plots.
  package var graphs: [GraphDrawing] = []
  /// Results other than numbers, such as generated text.
  package var notes: [Note]
  /// The reason that the data is not the book's, such as a substitute text; nil if it is. Figures
  /// of other data are shown but not judged.
  package var fallback: String?
  /// The names of the published figures among `figures`; not stored in files.
  package private(set) var reportedAsPublished: Set<String> = []

  private enum CodingKeys: String, CodingKey {
    case figures, curves, plots, graphs, notes, fallback
  }

  package init(
    figures: KeyValuePairs<PublishedFigure, Double> = [:], curves: [Curve] = [], plots: [Plot] = [],
    notes: [Note] = [], fallback: String? = nil
  ) {
    self.figures = []
    self.curves = curves
    self.plots = plots
    self.notes = notes
    self.fallback = fallback
    for (figure, value) in figures { self[figure] = value }
  }

  /// The value of a figure; a new one is shown after the others.
  package subscript(figure: PublishedFigure) -> Double? {
    get { self[figure.name] }
    set {
      let index = figures.firstIndex { $0.name == figure.name }
      if figure.isPublished, newValue != nil { reportedAsPublished.insert(figure.name) }
      switch (index, newValue) {
      case (let index?, let value?): figures[index] = Figure(name: figure.name, value: value)
      case (let index?, nil): figures.remove(at: index)
      case (nil, let value?): figures.append(Figure(name: figure.name, value: value))
      case (nil, nil): break
      }
    }
  }

  /// The value of the figure of a name.
  package subscript(name: String) -> Double? { figures.first { $0.name == name }?.value }

  /// Adds the result of a part of the section.
  package mutating func add(_ part: SectionResult) {
    for figure in part.figures { self[.ours(figure.name)] = figure.value }
    reportedAsPublished.formUnion(part.reportedAsPublished)
    curves += part.curves
    plots += part.plots
    graphs += part.graphs
    notes += part.notes
    fallback = fallback ?? part.fallback
  }
}
