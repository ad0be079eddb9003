import Foundation
import Gannet

/// The first 641 English-French pairs, 512 to train and 129 to validate, and the trainings of models
/// on them (section 10.5.3).
///
///     let task = try TranslationTask(context)
///     let model = EncoderDecoder(
///       Seq2SeqEncoder(task.sourceCount, embeddingSize: 256, hiddenSize: 256, layers: 2),
///       Seq2SeqDecoder(task.targetCount, embeddingSize: 256, hiddenSize: 256, layers: 2))
///     let result = try task.result(of: model, figures, title: "Seq2seq", learningRate: 0.005)
package struct TranslationTask: TrainingTask {
  /// The sentences of all pairs, as tokens.
  package let text: SentencePairs
  /// All pairs as indices, of which the first 512 are to train.
  package let pairs: TranslationSet
  package let training: DataLoader<Subset<TranslationSet>>
  /// The 129 pairs after those: at the book's batch size one batch of 128 and one of a single pair,
  /// whose loss counts as much in the mean over batches that the book plots.
  package let validation: DataLoader<Subset<TranslationSet>>
  /// The reason that the sentences are not the book's; nil if they are.
  package let fallback: String?
  package let context: SectionContext

  /// - Parameters:
  ///   - batchSize: The number of pairs in a batch.
  ///   - steps: The number of tokens to which sentences are trimmed and padded.
  package init(_ context: SectionContext, batchSize: Int = 128, steps: Int = 9) throws {
    let data = try EnglishFrench(
      directory: context.dataFolder, limit: 641, allowsSubstitute: true)
    self.init(
      data.pairs, TranslationSet(data.pairs, steps: steps), fallback: data.fallback,
      context: context, batchSize: batchSize)
  }

  private init(
    _ text: SentencePairs, _ pairs: TranslationSet, fallback: String?, context: SectionContext,
    batchSize: Int
  ) {
    self.text = text
    self.pairs = pairs
    self.fallback = fallback
    self.context = context
    training = DataLoader(Subset(pairs, indices: 0..<512), batchSize: batchSize, shuffle: true)
    validation = DataLoader(Subset(pairs, indices: 512..<pairs.count), batchSize: batchSize)
  }

  /// A copy whose loaders start again: trainings under one seed see the same batches.
  package func restarted() -> TranslationTask {
    TranslationTask(
      text, pairs, fallback: fallback, context: context, batchSize: training.batchSize)
  }

  /// The number of tokens of the source vocabulary.
  package var sourceCount: Int { pairs.sourceVocabulary.count }
  /// The number of tokens of the target vocabulary.
  package var targetCount: Int { pairs.targetVocabulary.count }

  /// The loss of the book: the mean cross-entropy of the tokens of a batch that are not padding.
  package func loss<Model: SequenceToSequenceModel>() -> Objective<Model, TranslationBatch> {
    .translation(ignoring: pairs.targetVocabulary[Vocabulary.padding])
  }

  /// Trains `model` by Adam and returns the curves `train_loss` and `val_loss`.
  ///
  /// - Parameters:
  ///   - name: The name of the training, unique in its section.
  ///   - clipNorm: The norm to which all gradients together are clipped; nil for no clipping.
  ///   - epochs: The number of epochs; the section's by default.
  package func train(
    _ model: some SequenceToSequenceModel, as name: String = "model", learningRate: Float,
    clipNorm: Float? = 1, epochs: Int? = nil, callbacks: [any Callback] = []
  ) throws -> TrainingCurves {
    try fit(
      model, as: name, optimizer: Adam(model.parameters, learningRate: learningRate),
      loss: loss(), curves: .losses, clipNorm: clipNorm, epochs: epochs, callbacks: callbacks)
  }
}
