import Gannet

extension LanguageTask {
  /// Trains a model and reports what the book shows of one: how many parameters it has, its curves, what it
  /// writes before and after.
  ///
  /// - Parameters:
  ///   - variant: Tells trainings of one section apart, as `SectionResult.add` does. Default: none.
  ///   - title: That of the plot.
  ///   - published: The section's published figures.
  package func result(
    of model: some NextTokenModel, variant: String? = nil, title: String, learningRate: Float,
    published: [PublishedFigure]
  ) -> SectionResult {
    let prefix = variant.map { "\($0) " } ?? ""
    var result = SectionResult(fallback: fallback)
    result["\(prefix)parameters"] = Double(model.parameters.scalarCount)
    let untrained = text(by: model)
    let curves = train(model, as: variant ?? "training", learningRate: learningRate)
    result.add(curves, variant: variant)
    result.plots = [
      Plot(
        variant ?? "curves", title: title, curves: curves.curves, published: published,
        variant: variant, y: Axis("perplexity"))
    ]
    result.notes = [
      "\(prefix)before training: \"\(untrained)\"", "\(prefix)trained: \"\(text(by: model))\"",
    ]
    return result
  }
}
