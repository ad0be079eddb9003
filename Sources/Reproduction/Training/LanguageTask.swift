import Foundation
import Gannet

/// The characters of The Time Machine in the book's windows, with the trainings of language models
/// (section 9.5).
package struct LanguageTask: TrainingTask {
  package let vocabulary: Vocabulary
  /// Windows that start at the first 10,000 characters, shuffled by the task's random source.
  package let training: DataLoader<TokenWindows>
  /// Windows that start at the 5,000 characters after those.
  package let validation: DataLoader<TokenWindows>
  /// The reason that the text is not the book's; nil if it is.
  package let fallback: String?
  package let context: SectionContext

  /// - Parameters:
  ///   - batchSize: The number of windows in a batch.
  ///   - steps: The number of characters in a window.
  package init(_ context: SectionContext, batchSize: Int = 1024, steps: Int = 32) throws {
    self.context = context
    let novel = try Novel(context)
    let (vocabulary, text) = novel.indexed()
    func windows(_ starts: Range<Int>) -> TokenWindows {
      TokenWindows(text, steps: steps, startingIn: starts)
    }
    training = DataLoader(windows(0..<10_000), batchSize: batchSize, shuffle: true)
    validation = DataLoader(windows(10_000..<15_000), batchSize: batchSize)
    self.vocabulary = vocabulary
    fallback = novel.fallback
  }

  private init(restarting task: LanguageTask) {
    context = task.context
    vocabulary = task.vocabulary
    training = DataLoader(
      task.training.dataset, batchSize: task.training.batchSize, shuffle: true)
    validation = task.validation
    fallback = task.fallback
  }

  /// A copy whose loaders start again: trainings under one seed see the same batches.
  package func restarted() -> LanguageTask { LanguageTask(restarting: self) }

  /// Trains `model` by SGD and returns the curves `train_ppl` and `val_ppl`; each batch starts from
  /// a zero state.
  ///
  /// A training whose loss or gradient is not finite ends with the curves so far.
  ///
  /// - Parameters:
  ///   - name: The name of the training, unique in its section.
  ///   - clipNorm: The norm to which all gradients together are clipped; nil for no clipping.
  ///   - epochs: The number of epochs; the section's by default.
  package func train(
    _ model: some NextTokenModel, as name: String = "model", learningRate: Float,
    clipNorm: Float? = 1, epochs: Int? = nil, callbacks: [any Callback] = []
  ) throws -> TrainingCurves {
    try fit(
      model, as: name, optimizer: SGD(model.parameters, learningRate: learningRate),
      loss: Objective(
        loss: loss,
        measurements: { model, batch in
          let loss = Double(loss(model, batch).scalar)
          return [("perplexity", Information.perplexity(crossEntropy: loss))]
        }),
      curves: .perplexities, clipNorm: clipNorm, epochs: epochs, canDiverge: true,
      callbacks: callbacks)
  }

  /// The mean cross-entropy over all tokens of a batch of windows, `[N, T]`, from a zero state.
  package func loss(
    _ model: some NextTokenModel, _ batch: Batch<IntTensor, IntTensor>
  ) -> Tensor {
    model.nextTokenLoss(batch)
  }

  /// The text that `model` generates after the book's prefix: 20 characters, each the most likely.
  package func text(by model: some NextTokenModel) -> String {
    model.text(after: "it has", count: 20, in: vocabulary)
  }
}
