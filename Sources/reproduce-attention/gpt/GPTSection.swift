import Gannet
import Reproduction

extension Section {
  /// A decoder-only model of the characters of The Time Machine, and texts that it writes.
  static let gpt = Section(
    "gpt", title: "A GPT of characters", reference: "11.9.3, large-pretraining-transformers",
    seconds: 800, epochs: 10, published: GPTFigures.all
  ) { context in
    try context.seeded {
      var result = GPTFigures.firstLosses.result(of: try firstLosses(context))
      let task = try CharacterTask(context, limit: context.isQuick ? 2 : nil)
      let model = try characterModel(of: task, seed: context.seed)
      result.add(
        SectionResult(
          figures: [GPTFigures.training.parameters: Double(model.parameters.scalarCount)],
          fallback: task.fallback))
      let curves = try task.fit(model, by: task.recipe())
      result.add(
        curves, as: GPTFigures.training, title: "A GPT of characters", y: Axis("loss"))
      let prompt = "the time traveller"
      let samples = task.samples(by: model, after: prompt)
      result[GPTFigures.words] = task.shareOfWords(in: samples, after: prompt)
      result.notes += samples.map { .writing(by: "after \"\(prompt)\"", $0) }
      return result
    }
  }

  /// The losses of the first steps of seed 0 without dropout.
  private static func firstLosses(_ context: SectionContext) throws -> [Double] {
    let task = try CharacterTask(context, seed: 0)
    return try task.firstLosses(
      of: characterModel(of: task, seed: 0, dropout: 0), by: task.recipe(),
      count: GPTFigures.firstLosses.count)
  }

  /// The model of nanoGPT's configuration of characters, with a layer to logits of its own. The
  /// standard deviation of weights is 0.02, before a residual sum 0.02 / √12.
  private static func characterModel(
    of task: CharacterTask, seed: Int, dropout: Float = 0.2
  ) throws -> GPT {
    let model = GPT(
      vocabularySize: task.vocabulary.count, size: 384, layers: 6, heads: 6, context: 256,
      dropout: dropout, isTied: false)
    try model.setSharedWeights(seed: seed) { name, _ in
      let bound = 0.02 * 3.0.squareRoot()
      return name.hasSuffix("c_proj.weight") ? bound / 12.0.squareRoot() : bound
    }
    return model
  }
}
