import GannetData
import GannetNN
import GannetTensor

/// The loss that a training minimizes, and the measurements of an evaluation.
public struct Objective<Batch> {
  /// A named mean over a batch.
  public typealias Measurement = (name: String, value: Double)

  /// The loss of a batch, a scalar on the tape.
  public let loss: (Batch) -> Tensor
  /// Measurements of a batch in an evaluation, each a mean over its examples; runs without
  /// gradients.
  public let measurements: (Batch) -> [Measurement]

  /// An objective whose evaluation reports `measurements`; only `loss` unless given.
  public init(
    loss: @escaping (Batch) -> Tensor, measurements: ((Batch) -> [Measurement])? = nil
  ) {
    self.loss = loss
    self.measurements = measurements ?? { [("loss", Double(loss($0).scalar))] }
  }
}

extension Objective where Batch == GannetData.Batch<Tensor, IntTensor> {
  /// The mean cross-entropy of the logits that `model` gives; `loss` and `accuracy` are measured.
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
