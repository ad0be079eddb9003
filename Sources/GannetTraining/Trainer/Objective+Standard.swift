import GannetData
import GannetNN
import GannetTensor

extension Objective where Model: Layer, Batch == GannetData.Batch<Tensor, IntTensor> {
  /// Classification: the mean cross-entropy of the model's logits, `[N, C]` or `[N, C, ...]`, with
  /// class indices, `[N]` or `[N, ...]`; `loss` and `accuracy` are measured.
  public static var classification: Objective {
    Objective(
      predictions: { $0($1.inputs) }, loss: { crossEntropy($0, $1.targets) },
      measurements: { [("accuracy", accuracy($0, $1.targets))] },
      weight: { Double($0.targets.count) })
  }

  /// Classification into two classes: the mean binary cross-entropy of a logit for each example,
  /// `[N]` or `[N, 1]`, with labels 0 and 1, `[N]`; `loss` and `accuracy` are measured.
  public static var binaryClassification: Objective {
    Objective(
      predictions: { $0($1.inputs) },
      loss: { binaryCrossEntropy($0, Tensor($1.targets).asColumn(beside: $0)) },
      measurements: { [("accuracy", accuracy($0, $1.targets))] },
      weight: { Double($0.targets.count) })
  }
}

extension Objective where Model: Layer, Batch == GannetData.Batch<Tensor, Tensor> {
  /// Regression: the mean squared error of the model's outputs, with targets of the same shape, or
  /// `[N]` beside outputs `[N, 1]`; `loss` is measured.
  public static var regression: Objective {
    Objective(
      predictions: { $0($1.inputs) },
      loss: { meanSquaredError($0, $1.targets.asColumn(beside: $0)) },
      weight: { Double($0.targets.count) })
  }

  /// Classification with probabilities of the classes as targets, `[N, C]`, such as those of
  /// ``/GannetData/MixUp``: the mean cross-entropy of the model's logits, `[N, C]`; `loss` and `accuracy`, that
  /// of the most probable class, are measured.
  public static var softClassification: Objective {
    Objective(
      predictions: { $0($1.inputs) }, loss: { crossEntropy($0, $1.targets) },
      measurements: { [("accuracy", accuracy($0, $1.targets.argmax(along: 1)))] },
      weight: { Double($0.targets.shape[0]) })
  }
}

extension Tensor {
  /// Targets `[N]` as `[N, 1]` where the predictions are so, and otherwise unchanged.
  fileprivate func asColumn(beside predictions: Tensor) -> Tensor {
    rank == 1 && predictions.rank == 2 && predictions.shape[1] == 1
      ? reshaped(to: [count, 1]) : self
  }
}
