import GannetData
import GannetNN
import GannetTensor

/// What a training makes small, and what is measured beside it.
public struct Objective<Batch> {
  /// A named mean over a batch.
  public typealias Measurement = (name: String, value: Double)

  /// The loss of a batch, a scalar on the tape.
  public let loss: (Batch) -> Tensor
  /// What an evaluation reports of a batch, each a mean over its examples; runs without gradients.
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

/// The share of rows of `logits`, `[N, C]`, whose largest element stands at the label, of `[N]`; the
/// first of equals counts.
public func accuracy(_ logits: Tensor, _ labels: IntTensor) -> Double {
  let predicted = logits.argmax()
  guard predicted.shape == labels.shape else {
    failShapes("accuracy", logits.shape, labels.shape)
  }
  guard labels.count > 0 else { return 0 }
  let right = zip(predicted.scalars, labels.scalars).count { $0 == $1 }
  return Double(right) / Double(labels.count)
}
