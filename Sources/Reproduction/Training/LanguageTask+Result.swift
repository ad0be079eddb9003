import Gannet

extension LanguageTask {
  /// Trains a model and reports the number of its parameters, its curves, their final values, and
  /// text generated before and after.
  ///
  /// - Parameter title: The plot's title.
  package func result(
    of model: some NextTokenModel, _ figures: TrainingFigures, title: String, learningRate: Float
  ) throws -> SectionResult {
    let prefix = figures.variant.map { "\($0) " } ?? ""
    var result = SectionResult(
      figures: [figures.parameters: Double(model.parameters.scalarCount)], fallback: fallback)
    let untrained = text(by: model)
    let curves = try train(model, as: figures.variant ?? "training", learningRate: learningRate)
    result.add(curves, as: figures, title: title, y: Axis("perplexity"))
    result.notes = [
      .writing(by: "\(prefix)before training", untrained),
      .writing(by: "\(prefix)trained", text(by: model)),
    ]
    return result
  }
}
