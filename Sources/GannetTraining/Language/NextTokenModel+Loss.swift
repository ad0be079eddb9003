import Foundation
import GannetData
import GannetNN
import GannetTensor

extension NextTokenModel {
  /// The mean cross-entropy over all tokens of a batch of windows, inputs and targets `[N, T]`, as
  /// of `TokenWindows`, from a zero state.
  public func nextTokenLoss(_ batch: Batch<IntTensor, IntTensor>) -> Tensor {
    let logits = self(batch.inputs.transposed(), state: nil).logits
    let rows = batch.targets.count
    return crossEntropy(
      logits.reshaped(to: [rows, logits.shape[logits.rank - 1]]),
      batch.targets.transposed().reshaped(to: [rows]))
  }
}

extension Objective where Batch == GannetData.Batch<IntTensor, IntTensor> {
  /// The mean cross-entropy of the next token that `model` predicts in windows, `[N, T]`; `loss` and
  /// `perplexity`, e to the power of it, are measured.
  ///
  ///     let trainer = Trainer(
  ///       model, optimizer: SGD(model.parameters, learningRate: 4), objective: .nextToken(model),
  ///       clipNorm: 1)
  public static func nextToken(_ model: some NextTokenModel) -> Objective {
    Objective(
      loss: { model.nextTokenLoss($0) },
      measurements: { batch in
        let loss = Double(model.nextTokenLoss(batch).scalar)
        return [("loss", loss), ("perplexity", Information.perplexity(crossEntropy: loss))]
      })
  }
}
