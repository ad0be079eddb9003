import Foundation
import GannetData
import GannetNN
import GannetTensor

extension NextTokenModel {
  /// The mean cross-entropy over all tokens of a batch of windows, inputs and targets `[N, T]`, as
  /// of `TokenWindows`, from a zero state.
  public func nextTokenLoss(_ batch: Batch<IntTensor, IntTensor>) -> Tensor {
    batch.nextTokenLoss(logits(batch))
  }

  /// The logits of a batch of windows by time, `[T, N, C]`, from a zero state.
  fileprivate func logits(_ batch: Batch<IntTensor, IntTensor>) -> Tensor {
    let windows = batch.inputs.shape
    let logits = self(batch.inputs.transposed(), state: nil).logits
    return logits.reshaped(to: [windows[1], windows[0], logits.shape[logits.rank - 1]])
  }
}

extension Batch<IntTensor, IntTensor> {
  /// The mean cross-entropy of logits by time, `[T, N, C]`.
  fileprivate func nextTokenLoss(_ logits: Tensor) -> Tensor {
    let rows = targets.count
    return crossEntropy(
      logits.reshaped(to: [rows, logits.shape[2]]), targets.transposed().reshaped(to: [rows]))
  }
}

extension Objective where Model: NextTokenModel, Batch == GannetData.Batch<IntTensor, IntTensor> {
  /// The mean cross-entropy of the next token that the model predicts in windows, `[N, T]`; `loss`
  /// and `perplexity`, e to the power of it, are measured. An evaluation over examples weights them
  /// by tokens, and its perplexity is that of all tokens. Metrics get logits `[N, T, C]`.
  ///
  ///     let trainer = Trainer(
  ///       model, optimizer: SGD(model.parameters, learningRate: 4), loss: .nextToken, clipNorm: 1)
  public static var nextToken: Objective {
    Objective(
      loss: { $0.nextTokenLoss($1) }, weight: { Double($0.targets.count) },
      geometricMeans: ["perplexity"],
      evaluation: { model, batch in
        let logits = model.logits(batch)
        let loss = Double(batch.nextTokenLoss(logits).scalar)
        return Evaluation(
          measurements: [
            ("loss", loss), ("perplexity", Information.perplexity(crossEntropy: loss)),
          ],
          predictions: logits.transposed(0, 1))
      })
  }
}
