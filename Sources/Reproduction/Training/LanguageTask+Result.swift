import Gannet

extension LanguageTask {
  /// Trains a model and reports what the book shows of one: how many parameters it has, its curves
  /// and where they end, what it writes before and after.
  ///
  /// - Parameter title: That of the plot.
  package func result(
    of model: some NextTokenModel, _ figures: TrainingFigures, title: String, learningRate: Float
  ) -> SectionResult {
    let prefix = figures.variant.map { "\($0) " } ?? ""
    var result = SectionResult(
      figures: [figures.parameters: Double(model.parameters.scalarCount)], fallback: fallback)
    let untrained = text(by: model)
    let curves = train(model, as: figures.variant ?? "training", learningRate: learningRate)
    result.add(curves, as: figures, title: title, y: Axis("perplexity"))
    result.notes = [
      "\(prefix)before training: \"\(untrained)\"", "\(prefix)trained: \"\(text(by: model))\"",
    ]
    return result
  }
}
