import Foundation
import Gannet

/// The characters of The Time Machine in the book's windows, with the trainings of language models
/// (section 9.5).
package struct LanguageTask {
  package let vocabulary: Vocabulary
  /// Windows that start at the first 10,000 characters, shuffled by the task's random source.
  package let training: DataLoader<TokenWindows>
  /// Windows that start at the 5,000 characters after those.
  package let validation: DataLoader<TokenWindows>
  /// The reason that the text is not the book's; nil if it is.
  package let fallback: String?
  private let context: SectionContext

  /// - Parameters:
  ///   - batchSize: The number of windows in a batch.
  ///   - steps: The number of characters in a window.
  package init(_ context: SectionContext, batchSize: Int = 1024, steps: Int = 32) throws {
    self.context = context
    let book = try TimeMachine(directory: context.dataFolder, allowsSubstitute: true)
    let characters = Tokenizer.characters(book.text.lettersAndSpaces)
    let vocabulary = Vocabulary(characters)
    let text = vocabulary.indices(of: characters)
    func windows(_ starts: Range<Int>) -> TokenWindows {
      TokenWindows(text, steps: steps, startingIn: starts)
    }
    training = DataLoader(windows(0..<10_000), batchSize: batchSize, shuffle: true)
    validation = DataLoader(windows(10_000..<15_000), batchSize: batchSize)
    self.vocabulary = vocabulary
    fallback = book.fallback
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
  /// A training whose loss becomes NaN ends with the curves so far.
  ///
  /// - Parameters:
  ///   - name: What the progress bar calls the training.
  ///   - clipNorm: The norm to which all gradients together are clipped; nil for no clipping.
  ///   - epochs: The number of epochs; the section's by default.
  ///   - observe: Called in each step, before the parameters change.
  package func train(
    _ model: some NextTokenModel, as name: String = "model", learningRate: Float,
    clipNorm: Float? = 1, epochs: Int? = nil, observe: (LanguageStep) -> Void = { _ in }
  ) -> TrainingCurves {
    let optimizer = SGD(model.parameters, learningRate: learningRate)
    let parameters = model.parameters
    let epochs = epochs ?? context.epochs
    let bar = context.progress(name, total: epochs * training.batchCount)
    var curves = TrainingCurves(batchesPerEpoch: training.batchCount)
    for _ in 0..<epochs {
      for batch in training {
        optimizer.zeroGradients()
        let loss = loss(model, batch)
        loss.backward()
        let norm = clipNorm.map { parameters.clipGradients(toNorm: $0) } ?? parameters.gradientNorm
        let step = LanguageStep(loss: Double(loss.scalar), gradientNorm: norm)
        observe(step)
        guard step.loss.isFinite else { return curves }
        optimizer.step()
        curves.train(.trainPerplexity, step.perplexity)
        bar.advance(showing: ["ppl": step.perplexity])
      }
      model.evaluating {
        for batch in validation {
          let loss = Double(loss(model, batch).scalar)
          curves.validate(.validationPerplexity, Information.perplexity(crossEntropy: loss))
        }
      }
      curves.endEpoch()
    }
    bar.finish(showing: ["val_ppl": curves.final(.validationPerplexity) ?? 0])
    return curves
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

/// A step of a training.
package struct LanguageStep {
  /// The mean cross-entropy of the batch.
  package let loss: Double
  /// The norm of all gradients together, before they are clipped.
  package let gradientNorm: Double

  /// The perplexity of the batch.
  package var perplexity: Double { Information.perplexity(crossEntropy: loss) }
}
