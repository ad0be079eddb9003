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

  /// The same of a model from raw tensors and of one from layers: `scratch` and `concise`.
  package func results(
    scratch: some NextTokenModel, title scratchTitle: String, concise: some NextTokenModel,
    title conciseTitle: String, learningRate: Float, published: [PublishedFigure]
  ) -> SectionResult {
    var both = result(
      of: scratch, variant: "scratch", title: scratchTitle, learningRate: learningRate,
      published: published)
    both.add(
      result(
        of: concise, variant: "concise", title: conciseTitle, learningRate: learningRate,
        published: published))
    return both
  }
}
