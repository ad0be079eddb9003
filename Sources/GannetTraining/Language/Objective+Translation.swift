import GannetData
import GannetNN
import GannetTensor

extension TranslationBatch: ExampleCounting {
  public var exampleCount: Int { count }
}

extension Objective where Model: SequenceToSequenceModel, Batch == TranslationBatch {
  /// Translation with teacher forcing: the mean cross-entropy of the tokens that are not padding
  /// (Dive into Deep Learning, section 10.7.4); `loss` and `perplexity`, e to the power of it, are
  /// measured. An evaluation over examples weights batches by such tokens. Metrics get logits,
  /// `[N, T, V]`.
  ///
  ///     let trainer = Trainer(
  ///       model, optimizer: Adam(model.parameters, learningRate: 0.005),
  ///       loss: .translation(ignoring: set.targetVocabulary[Vocabulary.padding]), clipNorm: 1)
  ///
  /// - Parameter padding: The index of the token `<pad>` among the labels.
  public static func translation(ignoring padding: Int) -> Objective {
    func loss(_ logits: Tensor, _ batch: TranslationBatch) -> Tensor {
      crossEntropy(
        logits.reshaped(to: [-1, logits.shape[2]]), batch.labels.flattened(), ignoring: padding)
    }
    func logits(_ model: Model, _ batch: TranslationBatch) -> Tensor {
      model(batch.source, batch.target, sourceLengths: batch.sourceLengths)
    }
    return Objective(
      loss: { loss(logits($0, $1), $1) },
      weight: { batch in Double(batch.labels.scalars.count { Int($0) != padding }) },
      geometricMeans: ["perplexity"],
      evaluation: { model, batch in
        let logits = logits(model, batch)
        let loss = Double(loss(logits, batch).scalar)
        return Evaluation(
          measurements: [
            ("loss", loss), ("perplexity", Information.perplexity(crossEntropy: loss)),
          ],
          predictions: logits)
      })
  }
}
