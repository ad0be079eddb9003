import GannetData
import GannetNN
import GannetTensor

/// The loss of a training and the measurements of its evaluation.
public struct Objective<Batch> {
  /// A named mean over a batch.
  public typealias Measurement = (name: String, value: Double)

  /// The loss of a batch, a recorded scalar.
  public let loss: (Batch) -> Tensor
  /// The measurements of a batch, each a mean over its examples, computed without gradients.
  public let measurements: (Batch) -> [Measurement]

  /// Makes an objective whose evaluation reports `measurements`, by default only `loss`.
  public init(
    loss: @escaping (Batch) -> Tensor, measurements: ((Batch) -> [Measurement])? = nil
  ) {
    self.loss = loss
    self.measurements = measurements ?? { [("loss", Double(loss($0).scalar))] }
  }
}

extension Objective where Batch == GannetData.Batch<Tensor, IntTensor> {
  /// Classification by `model`: the loss is the mean cross-entropy of its logits; `loss` and
  /// `accuracy` are measured.
  public static func classification(_ model: any Layer) -> Objective {
    Objective(
      loss: { crossEntropy(model($0.inputs), $0.targets) },
      measurements: { batch in
        let logits = model(batch.inputs)
        return [
          ("loss", Double(crossEntropy(logits, batch.targets).scalar)),
          ("accuracy", accuracy(logits, batch.targets)),
        ]
      })
  }
}
