/// What a section has found for one seed.
package struct SectionResult: Codable, Sendable {
  /// A named value, to stand beside the published one of the same name.
  package struct Figure: Codable, Sendable, Equatable {
    package let name: String
    package let value: Double
  }

  /// The figures, in the order in which they are shown.
  package private(set) var figures: [Figure]
  /// What was followed over the training; kept in `metrics.json`.
  package var curves: [Curve]
  /// The plots to draw.
  package var plots: [Plot]
  /// The graphs to draw, before the plots.
  package var graphs: [Graph] = []
  /// Findings that are no numbers, one a line, such as a text that a model wrote.
  package var notes: [String]
  /// Why the data is not the book's, such as a text found on the machine in its place; nil where
  /// it is the book's. Figures from other data are shown but not judged.
  package var fallback: String?

  package init(
    figures: KeyValuePairs<String, Double> = [:], curves: [Curve] = [], plots: [Plot] = [],
    notes: [String] = [], fallback: String? = nil
  ) {
    self.figures = figures.map { Figure(name: $0.key, value: $0.value) }
    self.curves = curves
    self.plots = plots
    self.notes = notes
    self.fallback = fallback
  }

  /// The value of a figure; a new name is shown after the others.
  package subscript(name: String) -> Double? {
    get { figures.first { $0.name == name }?.value }
    set {
      let index = figures.firstIndex { $0.name == name }
      switch (index, newValue) {
      case (let index?, let value?): figures[index] = Figure(name: name, value: value)
      case (let index?, nil): figures.remove(at: index)
      case (nil, let value?): figures.append(Figure(name: name, value: value))
      case (nil, nil): break
      }
    }
  }

  /// Adds the curves of a training and their final values as figures.
  ///
  /// - Parameter variant: Tells trainings of one section apart: `scratch` makes `train_loss` the
  ///   figure `scratch train_loss`. Default: none.
  package mutating func add(_ training: TrainingCurves, variant: String? = nil) {
    for var curve in training.curves {
      if let variant { curve.name = "\(variant) \(curve.name)" }
      curves.append(curve)
      if let final = curve.final { self[curve.name] = final }
    }
  }

  /// Adds all that a part of the section has found.
  package mutating func add(_ part: SectionResult) {
    for figure in part.figures { self[figure.name] = figure.value }
    curves += part.curves
    plots += part.plots
    graphs += part.graphs
    notes += part.notes
    fallback = fallback ?? part.fallback
  }
}
