import Gannet

extension ImageTask {
  /// Trains a model and reports the number of its parameters, its curves and their final values.
  ///
  /// - Parameter title: The plot's title.
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
