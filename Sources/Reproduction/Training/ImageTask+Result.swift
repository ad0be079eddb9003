import Gannet

extension ImageTask {
  /// Trains a model and reports what the book shows of one: how many parameters it has, its curves
  /// and where they end.
  ///
  /// - Parameter title: That of the plot.
  package func result(
    of model: some Layer, _ figures: TrainingFigures, title: String, learningRate: Float = 0.1
  ) throws -> SectionResult {
    var result = SectionResult(figures: [
      figures.parameters: Double(model.parameters.scalarCount)
    ])
    result.add(
      try train(model, as: figures.variant ?? "model", learningRate: learningRate), as: figures,
      title: title)
    return result
  }
}
